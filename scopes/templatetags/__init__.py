"""Template tags of people and organisations, for every page above."""
