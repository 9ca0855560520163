"""Sheets of paper: the letter to a home, and the poster of a hall."""
