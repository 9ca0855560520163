"""Rights over one's own data: seeing all of it, taking it away, having it erased, and agreeing to each use."""
