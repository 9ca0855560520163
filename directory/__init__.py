"""What: the things shared around a place, and how they are found."""
