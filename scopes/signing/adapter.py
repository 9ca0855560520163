"""What allauth asks of us: our words, our mails, and nothing said that tells whether an account exists."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter


class AccountAdapter(DefaultAccountAdapter):
    """Accounts as Alentour has them."""
