"""Seen: pages with maps, vector tiles, and the layers drawn on them."""
