"""Signing in: proving an e-mail address by a code, opening an account, the second factor."""
