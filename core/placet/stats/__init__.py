"""Statistics of our own: distributions, estimates with intervals, and the bootstrap. Scores in, numbers out."""
