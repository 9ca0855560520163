"""Template tags of the pages with maps."""
