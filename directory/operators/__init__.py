"""The operators' API: programs of an organisation send notices by a key, under its mandates, and learn nothing else."""
