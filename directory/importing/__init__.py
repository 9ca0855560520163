"""Imports listings from open data: read, draft, place, recognise, write, report, in one transaction."""
