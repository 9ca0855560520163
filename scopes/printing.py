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
from scopes.paper.letter import LetterToPrint, address_lines, letters_pdf
from scopes.paper.poster import PosterToPrint, poster_pdf
from scopes.proofs.codes import spaced
from scopes.proofs.hall_code import hang_poster
from scopes.proofs.letter import OPENS_FOR, code_to_print

#: Letters of one PDF: some ten seconds of drawing, and a handful of envelopes.
MOST_AT_ONCE = 50


@transaction.atomic
def print_letters() -> bytes:
    """Return a PDF of the letters that wait, the oldest first; those printed before get a new code.

    Nothing is noted where drawing fails. Where no letter waits, the PDF has no page and is empty.
    """
    waiting = Letter.objects.waiting().select_for_update(of=["self"]).order_by("asked_at", "pk")
    letters = waiting.select_related("membership__account", "membership__residence", "address__municipality")
    pages = [_letter(letter) for letter in letters[:MOST_AT_ONCE]]
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


def code_page() -> str:
    """Where codes are typed in, as people read it."""
    return urlsplit(settings.SITE_URL).netloc + reverse("enter-code").rstrip("/")


def _link(text: str) -> str:
    """The same for a QR code, with the code where no server and no log ever see it."""
    return f"{settings.SITE_URL.rstrip('/')}{reverse('enter-code')}#{text}"


def _letter(letter: Letter) -> LetterToPrint:
    text = code_to_print(letter=letter)
    account = letter.membership.account
    publisher = settings.PUBLISHER
    return LetterToPrint(
        name=account.get_full_name(),
        address=address_lines(account.get_full_name(), letter.address),
        residence=name_of(letter.membership.residence),
        code=spaced(text),
        page=code_page(),
        link=_link(text),
        opens_until=_day(letter.printed_at + OPENS_FOR),
        sender=tuple(told for told in (publisher["name"], publisher["address"]) if told),
        help=", ".join(told for told in (publisher["phone"], publisher["contact"]) if told),
    )


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()
