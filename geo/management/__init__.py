"""Commands of `geo`."""
