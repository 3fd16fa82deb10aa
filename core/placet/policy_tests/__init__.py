"""Policy tests with a decision: run, measured for what they exercise, and written back. Pure: bytes in, bytes out."""
