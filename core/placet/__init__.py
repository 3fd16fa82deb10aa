"""Placet: one Git repository as the control plane of production AI."""

__version__ = "0.1.0"
