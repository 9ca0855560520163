"""Subscriptions of those who write to homes: counted, quoted, accepted, required, reminded of."""
