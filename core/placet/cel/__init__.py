"""CEL expressions, evaluated in a process of their own that is ended when it takes too long."""
