"""Sheets of paper that say what a notice says."""
