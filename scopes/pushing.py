"""Pushes a few words to the browsers of a person who asked for it: encrypted for each, and of one size.

The push service of the browser's maker carries them and cannot read them (RFC 8291). It is a third party that the
person chose with the browser; the page that asks says so. Where it says that a browser is gone, it is forgotten.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from datetime import timedelta
from email.utils import parseaddr
from urllib.parse import urlsplit
from uuid import UUID

import requests
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from pywebpush import WebPushException, webpush

from geo.errors import InvalidParameter
from scopes import vapid
from scopes.handing_over import Delay
from scopes.people import Account
from scopes.push_models import PushSubscription

#: Of one person; the oldest makes way.
MOST_BROWSERS = 10
#: Bytes of what is pushed, whatever is said: its length tells the push service nothing. 4,096 at most may be sent.
SIZE = 2_048
#: One letter is in hand at a time: a push service that is away keeps no code waiting for long.
SECONDS = 5
GONE = (404, 410)
#: The cookie by which a browser knows its own subscription, signed: a session is over in sixty days, and whoever signs
#: out of the next one hands on a browser that stays silent all the same. Browsers keep no cookie for longer.
OWN_BROWSER, KNOWN_FOR = "push", timedelta(days=400)
_LOOPBACK = ("127.0.0.1", "localhost")
#: Nothing else in a host: where Python reads a backslash as part of it, the library that connects ends it there.
_HOST = re.compile(r"[a-z0-9.-]+")


@transaction.atomic
def subscribe(*, account: Account, endpoint: str, p256dh: str, auth: str) -> PushSubscription:
    """Push to this browser from now on; raise `InvalidParameter` for what no known browser would say."""
    _check(endpoint, p256dh, auth)
    Account.objects.select_for_update().get(pk=account.pk)
    columns = {"account": account, "endpoint": endpoint, "p256dh": p256dh, "auth": auth, "added_at": timezone.now()}
    own, _made = PushSubscription.objects.update_or_create(digest=_digest(endpoint), defaults=columns)
    kept = account.push_subscriptions.order_by("-added_at", "-pk")[:MOST_BROWSERS]
    account.push_subscriptions.exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()
    return own


def unsubscribe(*, account_id: int, handle: UUID) -> None:
    """Push no more to one browser of a person; another's stays."""
    PushSubscription.objects.filter(account=account_id, handle=handle).delete()


def own_browser(request: HttpRequest) -> str:
    """The handle of the subscription of the browser that asks; empty where it has none."""
    return request.get_signed_cookie(OWN_BROWSER, default="", salt=__name__)


def remember_own_browser(response: HttpResponse, own: PushSubscription) -> None:
    """Have the browser that is answered know its own subscription."""
    response.set_signed_cookie(
        OWN_BROWSER,
        str(own.handle),
        salt=__name__,
        max_age=KNOWN_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def unsubscribe_on_leaving(request: HttpRequest, **sent: object) -> None:
    """Push no more to a browser that somebody signs out of: the next person may hold it."""
    if handle := own_browser(request):
        PushSubscription.objects.filter(handle=handle).delete()


def unsubscribe_another(request: HttpRequest, user: Account, **sent: object) -> None:
    """Push no more for someone else to a browser that somebody signs in on."""
    if handle := own_browser(request):
        PushSubscription.objects.filter(handle=handle).exclude(account=user).delete()


def push(account: Account, said: dict[str, str], *, urgent: bool, useful_for: timedelta) -> bool:
    """Push to all browsers of a person; return whether one took it.

    A service that is away is asked once, however many of the browsers are its own: others wait for their letters.
    Raises `Delay` where none took it and one may later.
    """
    answers, away = [], set()
    for browser in account.push_subscriptions.all():
        service = urlsplit(browser.endpoint).netloc
        answers.append(None if service in away else _push_to(browser, said, urgent, useful_for))
        if answers[-1] is None:
            away.add(service)
    if True in answers:
        return True
    if None in answers:
        raise Delay
    return False


def _push_to(browser: PushSubscription, said: dict[str, str], urgent: bool, useful_for: timedelta) -> bool | None:
    """Push to one browser: taken, refused, or (nothing) to be tried again."""
    keys = {"p256dh": browser.p256dh, "auth": browser.auth}
    try:
        webpush(
            subscription_info={"endpoint": browser.endpoint, "keys": keys},
            data=padded(said),
            vapid_private_key=vapid.signing_key(),
            vapid_claims={"sub": f"mailto:{parseaddr(vapid.contact())[1]}"},
            ttl=max(0, int(useful_for.total_seconds())),
            headers={"Urgency": "high" if urgent else "normal"},
            requests_session=_Direct(),
            timeout=SECONDS,
        )
    except WebPushException as error:
        status = 0 if error.response is None else error.response.status_code
        if status in GONE:
            browser.delete()
        return None if status in (0, 429) or status >= 500 else False
    except requests.RequestException:
        return None
    return True


def padded(said: dict[str, str]) -> str:
    """Write it as JSON of one size; the longest of the texts is cut where it must be."""
    written = _json(said)
    while len(written.encode()) > SIZE:
        longest = max(said, key=lambda name: len(said[name]))
        said = said | {longest: said[longest][: -(len(written.encode()) - SIZE) // 4 - 2].rstrip() + "…"}
        written = _json(said)
    return written + " " * (SIZE - len(written.encode()))


def _json(said: dict[str, str]) -> str:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


class _Direct(requests.Session):
    """Goes where it is told and nowhere else: no proxy of the environment, no redirection."""

    def __init__(self):
        super().__init__()
        self.trust_env = False

    def request(self, method: str, url: str, **options: object) -> requests.Response:
        return super().request(method, url, **options | {"allow_redirects": False})


def _check(endpoint: str, p256dh: str, auth: str) -> None:
    """Raise `InvalidParameter` unless it is a known push service, a point of the curve and a secret of 16 bytes."""
    refused = InvalidParameter("endpoint", _("Ce navigateur ne peut pas recevoir de notifications d’Alentour."))
    if len(endpoint) > PushSubscription._meta.get_field("endpoint").max_length or not is_known(endpoint):
        raise refused
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), _bytes(p256dh))
        if len(_bytes(auth)) != 16:
            raise refused
    except (ValueError, binascii.Error, UnsupportedAlgorithm):
        raise refused from None


def is_known(endpoint: str) -> bool:
    """Whether an address is one of a push service that we send to: never a machine of ours."""
    try:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.username or parts.password or not endpoint.isascii() or not endpoint.isprintable():
        return False
    if not _HOST.fullmatch(host):
        return False
    if settings.PUSH_TO_LOOPBACK and host in _LOOPBACK:
        return parts.scheme in ("http", "https")
    named = any(host == one or (one.startswith(".") and host.endswith(one)) for one in settings.PUSH_HOSTS)
    return parts.scheme == "https" and port in (None, 443) and named


def _bytes(text: str) -> bytes:
    return base64.b64decode(text.encode() + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)


def _digest(endpoint: str) -> str:
    return hashlib.sha256(endpoint.encode()).hexdigest()
