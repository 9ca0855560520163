"""What allauth asks of us: our mails, our silence, and secrets of the second factor sealed in the database."""

from __future__ import annotations

import base64
import hashlib

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet
from django.conf import settings
from django.utils.translation import gettext_noop

from scopes.people import Account
from scopes.sending import write_to

#: What the owner of an account is told by mail when it happens to it, by the name of allauth's mail.
_HAPPENED = {
    "mfa/email/totp_activated": gettext_noop("Un second facteur protège maintenant votre compte."),
    "mfa/email/totp_deactivated": gettext_noop("Le second facteur de votre compte a été retiré."),
    "mfa/email/recovery_codes_generated": gettext_noop("De nouveaux codes de secours ont été faits pour votre compte."),
}


class AccountAdapter(DefaultAccountAdapter):
    """Accounts as Alentour has them."""

    def add_message(self, *args: object, **kwargs: object) -> None:
        """Say nothing besides: each page tells how things stand."""

    def send_notification_mail(
        self, template_prefix: str, user: Account, context: dict | None = None, email: str | None = None
    ) -> None:
        """Tell someone what happened to the account."""
        write_to(account=user, template="happened", what=_HAPPENED[template_prefix])


class SecondFactorAdapter(DefaultMFAAdapter):
    """The second factor as Alentour has it."""

    def get_totp_issuer(self) -> str:
        """Return the name that stands in the person's application."""
        return "Alentour"

    def encrypt(self, text: str) -> str:
        """Seal a secret: whoever reads a backup passes no second factor."""
        return _seal().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret."""
        return _seal().decrypt(encrypted_text.encode()).decode()


def _seal() -> Fernet:
    key = hashlib.sha256(b"scopes.signing.second_factor" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
