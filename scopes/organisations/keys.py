"""Keys of an organisation's programs: made once, shown once, known by a keyed hash, counted by the minute."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import timedelta

from django.db import transaction
from django.db.models import Case, F, Value, When
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from geo.errors import InvalidParameter
from geo.texts import one_line
from scopes.errors import Refused
from scopes.key_models import ApiKey
from scopes.organisation_models import Mandate, Organisation
from scopes.organisations.acting import held_for
from scopes.people import Account

#: Crockford's base 32 in small letters: read aloud, double-clicked and pasted without a slip.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
#: What every key begins with, so that it is known where it should not lie; symbols that are shown; then 160 bits.
MARK, SHOWN, SECRET = "ale_", 6, 32
LASTS = timedelta(days=365)
#: Standing keys of one organisation.
MOST_KEYS = 10
#: What its maker types so that a key may send urgent notices; the same word as on the page of notices.
URGENT_WORD = "URGENT"
#: Requests of one key in a minute; of one that searches, on behalf of many people.
MOST_A_MINUTE, SEARCHES_A_MINUTE = 60, 300
#: What keys for notices may do.
NOTICES = (ApiKey.Reach.SEND, ApiKey.Reach.TRY)


def reaches_of(organisation: Organisation) -> list[ApiKey.Reach]:
    """Return what its keys may be made for today: notices under a mandate in force, rides where it is a service."""
    if organisation.admitted_at is None:
        return []
    notices = NOTICES if Mandate.objects.in_force().filter(organisation=organisation).exists() else ()
    return [*notices, *([ApiKey.Reach.RIDES] if organisation.searches_rides else [])]


@transaction.atomic
def make_key(
    *, account: Account, organisation: Organisation, name: str, reach: str, urgent_word: str = ""
) -> tuple[str, ApiKey]:
    """Make a key; its text is returned once and kept nowhere.

    Raises `Refused` for who is not responsible for it and while it may have none, `InvalidParameter` naming the field.
    """
    organisation = held_for(account, organisation)
    reaches = reaches_of(organisation)
    if not reaches:
        raise Refused(_("Une clé se fait quand un mandat est en vigueur."))
    nameless = _("Dites quel système tiendra cette clé, en 60 caractères au plus.")
    name = one_line(name, parameter="name", shortest=2, longest=60, missing=nameless)
    if reach not in reaches:
        raise InvalidParameter("reach", _("Choisissez dans la liste."))
    urgent = urgent_word.strip().upper()
    if urgent and (urgent != URGENT_WORD or reach != ApiKey.Reach.SEND):
        message = _("Écrivez %s, pour une clé qui envoie ; sinon laissez vide.")
        raise InvalidParameter("urgent_word", message % URGENT_WORD)
    standing = organisation.api_keys.standing()
    if standing.filter(name=name).exists():
        raise InvalidParameter("name", _("Une clé porte déjà ce nom. Révoquez-la d’abord, ou choisissez-en un autre."))
    if standing.count() >= MOST_KEYS:
        raise InvalidParameter("name", _("Dix clés servent déjà : révoquez-en une."))
    text, now = _new_text(), timezone.now()
    key = ApiKey.objects.create(
        organisation=organisation,
        made_by=account,
        name=name,
        reach=reach,
        may_be_urgent=bool(urgent),
        prefix=text[: len(MARK) + SHOWN],
        digest=digest_of(text),
        made_at=now,
        expires_at=now + LASTS,
    )
    return text, key


@transaction.atomic
def revoke_key(*, account: Account, key: ApiKey) -> ApiKey:
    """Take a key back: it answers like an unknown one from now on. Raises `Refused` for who is not responsible."""
    held_for(account, key.organisation)
    key = ApiKey.objects.select_for_update().get(pk=key.pk)
    if key.revoked_at is None:
        key.revoked_at = timezone.now()
        key.save(update_fields=["revoked_at"])
    return key


def key_of(text: str, *, reaches: Collection[str] = NOTICES) -> ApiKey | None:
    """Return the standing key of this text; nothing for an unknown, expired or revoked one, in the same time.

    Nor for one that is made for something else.

    It is looked up by its keyed hash, which nobody can choose: how long the comparison takes tells nothing.
    """
    standing = ApiKey.objects.standing().filter(digest=digest_of(text), reach__in=reaches)
    return standing.select_related("organisation", "made_by").first()


def count(key: ApiKey) -> int:
    """Count one request more and note the day; return how many seconds to wait, 0 within the limit."""
    now = timezone.now()
    minute, second = divmod(int(now.timestamp()), 60)
    one_more = Case(When(minute=minute, then=F("asked") + 1), default=Value(1))
    counted = ApiKey.objects.filter(pk=key.pk)
    counted.update(asked=one_more, minute=minute, last_used_on=timezone.localdate(now))
    most = SEARCHES_A_MINUTE if key.reach == ApiKey.Reach.RIDES else MOST_A_MINUTE
    return 60 - second if counted.filter(minute=minute, asked__gt=most).exists() else 0


def digest_of(text: str) -> str:
    """Return the keyed hash a key is kept as (HMAC-SHA-256 under the instance's secret key)."""
    return salted_hmac("scopes.organisations.keys", text, algorithm="sha256").hexdigest()


def _new_text() -> str:
    shown, secret = ("".join(secrets.choice(ALPHABET) for _ in range(length)) for length in (SHOWN, SECRET))
    return f"{MARK}{shown}_{secret}"
