"""Keeps what someone began to write for later, as it was filled in, and forgets it once it is sent or old."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.errors import TooMany
from directory.models import Draft
from geo.errors import InvalidParameter, NotFound
from scopes.models import Account

MOST_DRAFTS, LONGEST = 20, 12_000
KEPT = timedelta(days=90)


@transaction.atomic
def keep(*, account: Account, kind: str, filled: Mapping[str, str], draft: UUID | None = None) -> Draft:
    """Keep what was filled in, in place of a draft of before if one is named; return it.

    Raises `InvalidParameter` for more than a form can hold, `TooMany` for one draft too many, `NotFound`.
    """
    Account.objects.select_for_update().get(pk=account.pk)
    filled = {name: value for name, value in filled.items() if value.strip()}
    if sum(map(len, filled.values())) > LONGEST:
        raise InvalidParameter("text", _("C’est trop long pour être gardé."))
    if draft:
        kept = own_draft(account, draft)
        kept.filled, kept.kept_at = filled, timezone.now()
        kept.save(update_fields=["filled", "kept_at"])
        return kept
    if drafts_of(account).count() >= MOST_DRAFTS:
        raise TooMany(_("Vingt brouillons vous attendent : envoyez-en un, ou jetez-en un."))
    return Draft.objects.create(account=account, kind=kind, filled=filled)


def drafts_of(account: Account):
    """What one keeps for later, the latest first."""
    return Draft.objects.filter(account=account)


def own_draft(account: Account, public_id: UUID) -> Draft:
    """Find one's own draft; raise `NotFound` for any other."""
    found = drafts_of(account).filter(public_id=public_id).first()
    if found is None:
        raise NotFound
    return found


def throw_away(*, account: Account, draft: UUID) -> Draft:
    """Throw one's own draft away; return what it was."""
    found = own_draft(account, draft)
    found.delete()
    return found


def forget_drafts() -> None:
    """Forget what was kept for later and never came to."""
    Draft.objects.filter(kept_at__lt=timezone.now() - KEPT).delete()
