"""Who: people and organisations, the circles around places, and who may see what."""
