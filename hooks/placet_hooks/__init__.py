"""Hooks: what runs on commit. One small file per hook, no rule inside."""
