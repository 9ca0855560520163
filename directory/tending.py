"""Pages that nobody keeps are put right by the staff, or by the town hall for its commune, once someone says why.

Whose page it is puts it right alone (`directory.keeping_places`). Without a remark there is nothing to do here: neither
the staff nor a town rewrites pages on its own. Each deed is written down (`tending_models`).
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from directory.claimed_places import of_its_kind
from directory.keeping_places import changed, shown_again, values_of
from directory.models import Kind, Listing, Remark, Tending
from directory.publishing import BY_OTHERS, WITHDRAWN, check_today, withdraw
from directory.putting_right import with_keeper
from directory.remarking import ASKED, settle_remarks
from directory.tending_sql import FORGET_TENDING
from geo.errors import NotFound
from scopes.errors import Refused
from scopes.models import Account, Organisation
from scopes.organisations.acting import town_halls_of

#: Days on which it must be said that something is over before a town hall closes its page.
DAYS_TO_CLOSE = 2


def tends(account: Account) -> bool:
    """Whether the account puts pages right that nobody keeps: everywhere, or in its commune."""
    return account.is_staff or town_halls_of(account, responsible=True).exists()


def town_of(account: Account) -> Organisation | None:
    """Return the town hall for whose commune the account tends pages; none where it does for several."""
    towns = list(town_halls_of(account, responsible=True)[:2])
    return towns[0] if len(towns) == 1 else None


def to_put_right(account: Account) -> QuerySet[Listing]:
    """Return the pages of which something was said, for whoever tends them, those that wait the longest first."""
    waiting = _tended_by(account).filter(withdrawn_at__isnull=True).filter(_REMARKED)
    return waiting.order_by(Subquery(_REMARKS.order_by("said_on").values("said_on")[:1]), "pk")


def tended(account: Account, public_id: UUID, *, lock: bool = False) -> Listing:
    """Return a page that the account may put right, or that was closed so; raise `NotFound` for any other."""
    # What an owner added without a source, or announced, and left, may be a home: it stays out of sight.
    added = Q(records__isnull=True) & (Q(claims__isnull=False) | Q(organisation__isnull=False))
    by_owner = Q(edits__has_key=WITHDRAWN) & ~added
    closed = by_owner | Q(**{f"edits__{WITHDRAWN}": BY_OTHERS})
    found = _tended_by(account).filter(_REMARKED | closed, public_id=public_id).values("pk")
    rows = Listing.objects.select_for_update(of=["self"]) if lock else Listing.objects
    listing = rows.filter(pk__in=found).first()
    if listing is None:
        raise NotFound
    return of_its_kind(listing)


def may_close(account: Account, listing: Listing) -> bool:
    """Whether an account that tends a page may close it: a town hall once it was said to be over on two days."""
    days = Remark.objects.filter(listing=listing, what__in=_OVER).order_by().values("said_on").distinct()
    return account.is_staff or days.count() >= DAYS_TO_CLOSE


@transaction.atomic
def confirm(*, account: Account, public_id: UUID) -> None:
    """Say that a page holds, this month."""
    listing = tended(account, public_id, lock=True)
    if listing.kind == Kind.EVENT:
        raise NotFound
    check_today(listing=listing)
    settle_remarks(listing)
    _note(account, listing, Tending.Deed.CONFIRM)


@transaction.atomic
def close(*, account: Account, public_id: UUID) -> None:
    """Take a page out of sight: it is closed for good, or will not take place. No import brings it back.

    Raises `Refused` for a town hall that has the word of one day alone: it may be one person's, or its own.
    """
    listing = tended(account, public_id, lock=True)
    if not may_close(account, listing):
        raise Refused(_("Il faut qu’on l’ait dit deux jours différents. D’ici là, notre équipe seule peut le décider."))
    withdraw(listing=listing, by_others=True)
    settle_remarks(listing)
    _note(account, listing, Tending.Deed.CLOSE)


@transaction.atomic
def open_again(*, account: Account, public_id: UUID) -> None:
    """Show a page again that was taken out of sight."""
    listing = shown_again(tended(account, public_id, lock=True))
    _note(account, listing, Tending.Deed.OPEN)


@transaction.atomic
def set_aside(*, account: Account, public_id: UUID) -> None:
    """Say that there is nothing to put right, or that it is done."""
    listing = tended(account, public_id, lock=True)
    settle_remarks(listing)
    _note(account, listing, Tending.Deed.ASIDE)


@transaction.atomic
def correct(*, account: Account, public_id: UUID, **columns: Any) -> None:
    """Put right what a page says, by column, as its owner would; raises `InvalidParameter` naming the column."""
    listing = tended(account, public_id, lock=True)
    if listing.kind == Kind.EVENT:
        raise NotFound
    before = values_of(listing)
    after = values_of(changed(listing, **columns))
    settle_remarks(listing)
    was = {column: value for column, value in before.items() if value != after[column]}
    _note(account, listing, Tending.Deed.CORRECT, before=was)


def key_of(account_id: int) -> str:
    """Return an account as the log of these deeds knows it."""
    return salted_hmac("directory.tending", str(account_id), algorithm="sha256").hexdigest()


def forget_old_tending() -> int:
    """Forget deeds older than `tending_models.KEPT`; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET_TENDING)
        return cursor.fetchone()[0]


def _note(account: Account, listing: Listing, deed: Tending.Deed, *, before: dict[str, Any] | None = None) -> None:
    """Write a deed down, under the name that the page had, by the key of its doer and for which town hall."""
    towns = town_halls_of(account, responsible=True).filter(municipality=listing.municipality_id)
    Tending.objects.create(
        page=listing.public_id,
        title=(before or {}).get("title", listing.title),
        deed=deed,
        town_hall="" if account.is_staff else towns.values_list("name", flat=True).first() or "",
        by=key_of(account.pk),
        before=before or {},
    )


_OVER = (Remark.What.CLOSED, Remark.What.DISSOLVED, Remark.What.CANCELLED)
_REMARKS = Remark.objects.filter(listing=OuterRef("pk"))
_REMARKED = Q(Exists(_REMARKS))


def _tended_by(account: Account) -> QuerySet[Listing]:
    """Pages of no keeper, of the whole country for the staff, of its commune for a town hall.

    What is hidden is decided by whoever moderates.
    """
    nobodys = with_keeper(Listing.objects.filter(kind__in=ASKED, hidden_at__isnull=True)).filter(kept_by=None)
    if account.is_staff:
        return nobodys
    towns = town_halls_of(account, responsible=True).values("municipality")
    return nobodys.filter(municipality__in=towns)
