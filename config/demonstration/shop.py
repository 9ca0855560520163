"""The shopkeeper of the demonstration: keeps an invented bakery, and has just claimed a second shop."""

from __future__ import annotations

from django.db import transaction

from directory.claiming import claim, say_yes
from directory.keeping_places import confirm
from directory.models import Claim, Listing, Remark
from directory.remarking import remark
from scopes.models import Account, Organisation
from scopes.organisations.proposing import acting_for, propose

#: What the shopkeeper keeps, and what waits for the code of a letter.
KEPT, ASKED = "bakery", "cafe"
#: A number that is nobody's.
SIRET = "0" * 14
#: What a passer-by says of the bakery, once its owner has said that all holds.
_REMARKED = "Ouvert aussi le lundi matin depuis la rentrée"


@transaction.atomic
def open_shop(*, owner: Account, staff: Account, insee_code: str) -> Claim | None:
    """Give the owner an organisation that keeps a bakery; asked twice, given once. None in a town without shops."""
    kept, asked = _place(KEPT, insee_code), _place(ASKED, insee_code)
    if acting_for(owner) or kept is None:
        return None
    own: Organisation = propose(
        account=owner, kind="merchant", name="Maison Chevalier", contact="02 61 91 00 00 (démonstration)", siret=SIRET
    )
    if asked:
        claim(account=owner, organisation=own, listing=asked)
    held = say_yes(by=staff, claim=claim(account=owner, organisation=own, listing=kept))
    confirm(account=owner, claim=held)
    remark(listing=kept, what=Remark.What.HOURS, words=_REMARKED)
    return held


def shop_is_open(*, owner: Account | None, insee_code: str) -> bool:
    """Whether the owner has an organisation, where there is a shop to keep."""
    return _place(KEPT, insee_code) is None or (owner is not None and bool(acting_for(owner)))


def _place(category: str, insee_code: str) -> Listing | None:
    """An invented shop at a public address, always the same one, that nobody else keeps."""
    there = Listing.objects.live().filter(demonstration=True, category__code=category, location__isnull=False)
    free = there.filter(insee_code=insee_code).exclude(claims__in=Claim.objects.held())
    return free.exclude(merchant__address="").order_by("title").first()
