"""The only door to models: wires that make one try, and what they share (limits, retries, costs)."""
