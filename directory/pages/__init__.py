"""Pages of what people write to each other."""
