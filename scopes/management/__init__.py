"""Commands of people and their rights."""
