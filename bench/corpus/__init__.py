"""Governed repositories of any size, made from a seed, and the faults that are planted in them with their answer key.

Made of the standard library alone: what is measured and judged has no part in what it is measured against.
"""
