"""The gate: what a metric must show, and whether it does. Values in, verdicts with reasons out."""
