"""`held_identities` and `replay_erasures`."""
