"""Proving an e-mail address: a code is sent to it, and typed in where it was asked for.

One way in for everyone: until the code is typed in, nothing anywhere depends on whether the address has an account.
allauth's own flow writes other mails to unknown addresses and opens accounts before the proof; hence this one.
"""

from __future__ import annotations

import secrets
import time
from dataclasses import asdict, dataclass, replace
from datetime import timedelta

from allauth.core import ratelimit
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from geo.errors import InvalidParameter
from scopes.sending import send

#: How long a code is good, and how often it may be mistyped.
LIFE = timedelta(minutes=15)
ATTEMPTS = 5
#: How long a browser is remembered in which nobody has signed in.
PASSING = timedelta(hours=2)
#: Figures, in two groups: guessed within the limits on asking for codes, once in 190 years (`settings`).
FIGURES = 8
_KEY = "address_proof"


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressProof:
    """A code on its way, as the session remembers it: of the code only a keyed hash."""

    #: What the address is proved for: `enter`, or what a page of the account wants.
    purpose: str
    email: str
    digest: str
    sent_at: float
    failures: int = 0
    #: Where to go afterwards, within the site.
    then: str = ""

    @classmethod
    def begin(cls, request: HttpRequest, *, email: str, purpose: str, then: str = "") -> AddressProof:
        """Send a code to an address; raises `InvalidParameter` when too many were asked for."""
        if not ratelimit.consume(request, action="request_login_code", key=email):
            raise InvalidParameter("email", _("Trop de codes ont été demandés. Attendez quelques minutes."))
        code = f"{secrets.randbelow(10**FIGURES):0{FIGURES}}"
        send(to=email, template="code", language=request.LANGUAGE_CODE, use=LIFE, code=f"{code[:4]} {code[4:]}")
        proof = cls(purpose=purpose, email=email, digest=_digest(email, code), sent_at=time.time(), then=then)
        proof._remember(request)
        return proof

    @classmethod
    def awaited(cls, request: HttpRequest, *, purpose: str) -> AddressProof | None:
        """The code this visitor was sent for the purpose, while it is good."""
        try:
            proof = cls(**request.session.get(_KEY))
        except TypeError:
            return None
        return proof if proof.purpose == purpose and proof.is_good else None

    @property
    def is_good(self) -> bool:
        """Neither too old nor mistyped too often; a clock set back makes it too old."""
        return 0 <= time.time() - self.sent_at < LIFE.total_seconds() and self.failures < ATTEMPTS

    def accept(self, request: HttpRequest, typed: str) -> bool:
        """Whether the code was typed in; good once."""
        figures = "".join(filter(str.isdigit, typed))
        if constant_time_compare(_digest(self.email, figures), self.digest):
            del request.session[_KEY]
            return True
        replace(self, failures=self.failures + 1)._remember(request)
        return False

    def _remember(self, request: HttpRequest) -> None:
        request.session[_KEY] = asdict(self)
        if not request.user.is_authenticated:
            request.session.set_expiry(PASSING)  # until someone signs in, an address is remembered no longer


def _digest(email: str, code: str) -> str:
    return salted_hmac("scopes.signing.proof", f"{email}:{code}", algorithm="sha256").hexdigest()
