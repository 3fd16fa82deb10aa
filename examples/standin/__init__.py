"""A rule-based stand-in for a language model, behind the OpenAI wire. It is not a model: see README.md."""
