"""How the model of systems/care-outreach was made: data, training, and what it answers. See README.md."""
