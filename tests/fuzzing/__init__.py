"""Coverage-guided fuzzing of what reads governed files: `make fuzz`. No test, since it ends only when told to."""
