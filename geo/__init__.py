"""Where: the places of a town, how they are imported, released, found and measured."""
