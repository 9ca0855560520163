"""Short words for tests of homes: ask, and what each proof takes."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest.mock import patch

from django.contrib.gis.measure import D
from django.db import transaction
from django.utils import timezone

from geo.models import Address, Residence
from scopes.joining import ask_to_join
from scopes.models import Letter, Membership
from scopes.proofs.entering import use_code
from scopes.proofs.hall_code import hang_poster
from scopes.proofs.letter import ask_for_letter, code_to_print
from scopes.proofs.position import prove_by_position
from tests.neighbours import person

DAY = timedelta(days=1)


def building(i: int, j: int) -> Residence:
    """The residence of block (i, j) of the toy town."""
    return Residence.objects.filter(buildings__key__contains=f"{i:02}-{j:02}", closed_on=None).first()


def address_of(residence: Residence) -> Address:
    """The address of a residence."""
    return Address.objects.filter(building__residence=residence).first()


def asks(first_name: str, residence: Residence, role: str = "tenant") -> Membership:
    """A person who has just asked."""
    return ask_to_join(account=person(first_name), residence=residence, role=role)


def letter_code(membership: Membership, address: Address | None = None) -> str:
    """The code of a letter to this person, printed."""
    letter = ask_for_letter(membership=membership, address=address or address_of(membership.residence))
    return printed(letter)


def printed(letter: Letter) -> str:
    """The code on the sheet of a letter."""
    with transaction.atomic():
        return code_to_print(letter=letter)


def hall_code(residence: Residence, entrance: str = "Entrée A") -> str:
    """The code on a new poster."""
    return hang_poster(residence=residence, entrance=entrance)[0]


def types(membership: Membership, text: str) -> Membership:
    """The person types a code."""
    return use_code(account=membership.account, text=text, role=membership.role)


def position_of(membership: Membership) -> Membership:
    """The person stands at the door with a telephone."""
    longitude, latitude = membership.residence.location.coords
    return prove_by_position(membership=membership, longitude=longitude, latitude=latitude, accuracy=D(m=10))


@contextmanager
def later(wait: timedelta):
    """The clock of this process, so much later (or earlier)."""
    now = datetime.now(tz=timezone.get_current_timezone()) + wait
    with patch("django.utils.timezone.now", return_value=now):
        yield now
