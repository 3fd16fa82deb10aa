"""`make demo`: the whole loop on real files in a temporary clone, offline. Nothing here judges; it runs and shows."""
