"""Faults, planted one by one, each with the finding that it must give: rule, file, line and column, and no other."""
