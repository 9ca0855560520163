"""Proofs that a home is someone's: one module each, and one table of what each opens (`scopes.proofs.table`)."""
