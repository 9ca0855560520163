"""Puts codes on paper: they are made as the sheet is, and stand nowhere else, so that no PDF is ever kept."""

from __future__ import annotations

from datetime import date, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from geo.front_doors import name_of
from geo.models import Residence
from scopes.code_models import Letter
from scopes.paper.letter import LetterToPrint, address_lines, door_lines, letters_pdf
from scopes.paper.poster import PosterToPrint, poster_pdf
from scopes.proofs.codes import spaced
from scopes.proofs.hall_code import hang_poster
from scopes.proofs.letter import OPENS_A_PLACE_FOR, OPENS_FOR, code_to_print

#: Letters of one PDF: some ten seconds of drawing, and a handful of envelopes.
MOST_AT_ONCE = 50


@transaction.atomic
def print_letters() -> bytes:
    """Return a PDF of the letters that wait, the oldest first; those printed before get a new code.

    Nothing is noted where drawing fails. Where no letter waits, the PDF has no page and is empty.
    """
    waiting = Letter.objects.waiting().select_for_update(of=["self"]).order_by("asked_at", "pk")
    letters = waiting.select_related(
        "membership__account", "membership__residence", "address__municipality", "organisation"
    )
    pages = [_to_a_place(one) if one.organisation_id else _letter(one) for one in letters[:MOST_AT_ONCE]]
    return letters_pdf(pages) if pages else b""


@transaction.atomic
def print_poster(*, residence: Residence, entrance: str) -> bytes:
    """Return a PDF of a new poster for one entrance, whose former code opens nothing from now on."""
    text, code = hang_poster(residence=residence, entrance=entrance)
    return poster_pdf(
        PosterToPrint(
            entrance=code.entrance,
            code=spaced(text),
            page=code_page(),
            link=_link(text),
            hangs_until=_day(code.expires_at),
        )
    )


def code_page(name: str = "enter-code") -> str:
    """Where codes are typed in, as people read it."""
    return urlsplit(settings.SITE_URL).netloc + reverse(name).rstrip("/")


def _link(text: str, name: str = "enter-code") -> str:
    """The same for a QR code, with the code where no server and no log ever see it."""
    return f"{settings.SITE_URL.rstrip('/')}{reverse(name)}#{text}"


def _letter(letter: Letter) -> LetterToPrint:
    text = code_to_print(letter=letter)
    account = letter.membership.account
    return LetterToPrint(
        name=account.get_full_name(),
        address=address_lines(account.get_full_name(), letter.address),
        residence=name_of(letter.membership.residence),
        code=spaced(text),
        page=code_page(),
        link=_link(text),
        opens_until=_day(letter.printed_at + OPENS_FOR),
        **_publisher(),
    )


def _to_a_place(letter: Letter) -> LetterToPrint:
    """The letter to a place open to the public: it names the organisation that says it is theirs, and nobody."""
    text = code_to_print(letter=letter)
    return LetterToPrint(
        name=letter.addressee,
        address=door_lines(letter.addressee, letter.door),
        residence=letter.addressee,
        organisation=letter.organisation.name,
        code=spaced(text),
        page=code_page("door-code"),
        link=_link(text, "door-code"),
        opens_until=_day(letter.printed_at + OPENS_A_PLACE_FOR),
        **_publisher(),
    )


def _publisher() -> dict[str, object]:
    """Who sends the letter, and how to reach them."""
    publisher = settings.PUBLISHER
    return {
        "sender": tuple(told for told in (publisher["name"], publisher["address"]) if told),
        "help": ", ".join(told for told in (publisher["phone"], publisher["contact"]) if told),
    }


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()
