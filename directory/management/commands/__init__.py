"""Commands of the directory: importing listings and renewing openings."""
