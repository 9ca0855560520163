"""The directory's own commands."""
