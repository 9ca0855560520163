"""Makes a bare machine ready for Alentour with the standard library alone."""
