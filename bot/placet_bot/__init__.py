"""The bot: what runs on a pull request. Gather facts, decide with the engine, publish."""
