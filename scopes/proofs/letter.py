"""The posted letter: asked for by the person, printed by the operator's staff, opened at home."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.errors import InvalidParameter
from geo.houses import circle_of
from geo.models import Address
from scopes.code_models import Code, Letter
from scopes.homes import Membership
from scopes.proofs.codes import make_code, revoke
from scopes.proofs.proving import locked

#: From printing: the post, a holiday, and the time to find the letter.
OPENS_FOR = timedelta(days=45)
#: A place open to the public takes its letters in on a working day.
OPENS_A_PLACE_FOR = timedelta(days=30)
#: Letters for one home in so long; each costs a stamp.
MOST_LETTERS, IN_SO_LONG = 3, timedelta(days=90)


@transaction.atomic
def ask_for_letter(*, membership: Membership, address: Address) -> Letter:
    """Put a letter to this address of the home's residence in the print queue; one that waits already is returned.

    Raises `InvalidParameter` for an address elsewhere, and for too many letters.
    """
    membership = locked(membership.pk)
    if not is_an_address_of(membership, address):
        raise InvalidParameter("address", _("Cette adresse n’est pas celle de votre résidence."))
    letters = membership.letters.all()
    waiting = letters.filter(posted_at__isnull=True, dropped_at__isnull=True).first()
    if waiting:
        return waiting
    if letters.filter(asked_at__gt=timezone.now() - IN_SO_LONG).count() >= MOST_LETTERS:
        raise InvalidParameter("address", _("Trois lettres sont déjà parties ou demandées : attendez la prochaine."))
    return Letter.objects.create(membership=membership, address=address)


def is_an_address_of(membership: Membership, address: Address) -> bool:
    """Tell whether people at this address belong to the residence of the membership, whole or as one of its houses."""
    residence = address.building and address.building.residence
    if residence is None or address.closed_on:
        return False
    circle = circle_of(residence)
    return membership.residence_id in (residence.pk, circle and circle.pk)


def code_to_print(*, letter: Letter) -> str:
    """Make the code of a letter that is being printed, in the caller's transaction; one printed before opens no more.

    The code is returned for the sheet alone: it stands nowhere else.
    """
    now = timezone.now()
    if letter.organisation_id:
        revoke(letter.codes.all())
        opens = {"kind": Code.Kind.DOOR, "letter": letter, "expires_at": now + OPENS_A_PLACE_FOR}
    else:
        home = {"membership_id": letter.membership_id, "residence_id": letter.membership.residence_id}
        revoke(Code.objects.filter(kind=Code.Kind.LETTER, membership=letter.membership_id))
        opens = {"kind": Code.Kind.LETTER, "expires_at": now + OPENS_FOR, **home}
    text, _code = make_code(**opens)
    letter.printed_at = now
    letter.save(update_fields=["printed_at"])
    return text


@transaction.atomic
def note_posted(*, letters) -> int:
    """Note that the printed ones among these letters were posted, and forget where to; return how many."""
    return letters.filter(printed_at__isnull=False, posted_at__isnull=True).update(
        posted_at=timezone.now(), address=None, door=""
    )


@transaction.atomic
def drop(*, letters) -> int:
    """Take letters out of the queue; their codes, if any were printed, open nothing; return how many."""
    waiting = letters.waiting()
    revoke(Code.objects.filter(kind=Code.Kind.LETTER, membership__in=waiting.values("membership")))
    revoke(Code.objects.filter(kind=Code.Kind.DOOR, letter__in=waiting))
    return waiting.update(dropped_at=timezone.now(), address=None, door="")
