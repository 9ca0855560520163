"""What organisations, those who grant them mandates, and residents do about who may write to a home."""
