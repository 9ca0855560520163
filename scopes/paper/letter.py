"""The letter opened at home, or in a shop: folded in three, its address shows in the window, its code does not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from textwrap import wrap

from django.utils.translation import gettext as _

from geo.models import Address
from scopes.moments import full_day
from scopes.paper.drawing import ACCENT, HEIGHT, SOFT, Sheet, pdf

#: A DL envelope (110 x 220 mm) with a window of 35 x 100 mm, 20 mm from its right and lower edges, holds A4 folded in
#: three. The sheet slips by 11 x 10 mm: x from 100 to 190 and y from 55 to 79 always show, y from 44 to 90 at times.
ADDRESS_X, ADDRESS_Y, ADDRESS_STEP = 108, 60, 5
FOLDS = (HEIGHT / 3, 2 * HEIGHT / 3)
#: Characters of a line of an address (norme AFNOR NF Z 10-011).
LONGEST_LINE = 38
LEFT, ROOM = 25, 160


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterToPrint:
    """What one letter says."""

    name: str
    address: tuple[str, ...]
    #: What people call the home, or the sign of the place.
    residence: str
    #: Who says that the place is theirs; empty for a home.
    organisation: str = ""
    #: As it is read: "4K7QW-2M9XT".
    code: str
    #: Where the code is typed in, as it is read: "alentour.fr/chez-moi/code".
    page: str
    #: The same with the code, for the QR code.
    link: str
    opens_until: date
    #: Who sends it and how to reach them; empty where the operator has not said.
    sender: tuple[str, ...] = ()
    help: str = ""


def letters_pdf(letters: list[LetterToPrint]) -> bytes:
    """Return the letters, a page each."""
    return pdf(_draw, letters, title=_("Lettres"))


def address_lines(name: str, address: Address) -> tuple[str, ...]:
    """Return name and address as the post reads them: 38 characters a line, the town's in capitals."""
    town = f"{address.postcode} {address.municipality.name}".strip().upper()[:LONGEST_LINE]
    street = str(address).upper().replace(",", " ")
    return (*wrap(name, LONGEST_LINE)[:2], *wrap(street, LONGEST_LINE)[:1], town)


def door_lines(sign: str, door: str) -> tuple[str, ...]:
    """Return the sign of a place and its public address as the post reads them."""
    street, _break, town = door.partition("\n")
    return (*wrap(sign, LONGEST_LINE)[:2], *wrap(street.upper().replace(",", " "), LONGEST_LINE)[:1], town.upper())


def _draw(sheet: Sheet, letter: LetterToPrint) -> None:
    sheet.text("Alentour", LEFT, 24, size=17, bold=True, colour=ACCENT)
    for rank, line in enumerate(letter.sender):
        sheet.text(line, LEFT, 30 + 4.5 * rank, size=9.5, colour=SOFT)
    for rank, line in enumerate(letter.address):
        sheet.text(line, ADDRESS_X, ADDRESS_Y + ADDRESS_STEP * rank, size=11)
    for fold in FOLDS:
        sheet.line(0, fold, 5, fold)
    hello = _("Bonjour,") if letter.organisation else _("Bonjour %(name)s,") % {"name": letter.name}
    below = sheet.paragraph(hello, LEFT, 104, width=ROOM, size=12)
    asked = _claimed() if letter.organisation else _asked()
    told = {"residence": letter.residence, "organisation": letter.organisation}
    below = sheet.paragraph(asked % told, LEFT, below + 3, width=ROOM, size=12)
    below += 5
    sheet.frame(LEFT, below, width=ROOM, height=48)
    sheet.text(_("Votre code"), LEFT + 8, below + 12, size=12, colour=SOFT)
    sheet.text(letter.code, LEFT + 8, below + 26, size=29, bold=True)
    until = full_day(letter.opens_until)
    sheet.text(_("Il sert une fois, jusqu’au %(day)s.") % {"day": until}, LEFT + 8, below + 38, size=11, colour=SOFT)
    sheet.code(letter.link, LEFT + ROOM - 48, below + 1, side=46)
    below = _steps(sheet, letter, below + 57)
    sheet.line(LEFT, below + 5, LEFT + ROOM, below + 5)
    otherwise = _not_claimed() if letter.organisation else _not_asked()
    below = sheet.paragraph(otherwise, LEFT, below + 8, width=ROOM, size=10.5, textColor=SOFT)
    if letter.help:
        told = _("Besoin d’aide ? %(help)s") % {"help": letter.help}
        sheet.paragraph(told, LEFT, below + 3, width=ROOM, size=10.5, textColor=SOFT)


def _steps(sheet: Sheet, letter: LetterToPrint, below: float) -> float:
    """Write what to do, numbered; return where it ends."""
    steps = (
        _("Photographiez le carré avec votre téléphone, ou allez à la page %(page)s") % {"page": letter.page},
        _("Entrez avec votre adresse e-mail, comme d’habitude."),
        _("Écrivez le code s’il n’y est pas déjà : la fiche est à vous.")
        if letter.organisation
        else _("Écrivez le code s’il n’y est pas déjà : votre espace s’ouvre."),
    )
    for number, step in enumerate(steps, start=1):
        sheet.text(f"{number}.", LEFT, below + 4.4, size=12, bold=True, colour=ACCENT)
        below = sheet.paragraph(step, LEFT + 8, below, width=ROOM - 8, size=12) + 2
    return below


def _asked() -> str:
    return _(
        "vous avez demandé à rejoindre l’espace de votre résidence sur Alentour : %(residence)s. "
        "Cette lettre est arrivée jusqu’à vous, c’est la preuve que vous y habitez."
    )


def _not_asked() -> str:
    return _(
        "Vous n’avez rien demandé ? Quelqu’un a pu se tromper d’adresse. Jetez cette lettre : sans elle, personne "
        "n’entre. Votre adresse est oubliée dès l’envoi."
    )


def _claimed() -> str:
    return _(
        "« %(organisation)s » demande à tenir à jour la fiche de « %(residence)s » sur Alentour : horaires, téléphone… "
        "Si c’est vous, le code de cette lettre le prouve : elle n’a été envoyée qu’ici."
    )


def _not_claimed() -> str:
    return _(
        "Ce n’est pas vous ? Jetez cette lettre : sans son code, personne ne change rien à votre fiche. "
        "Et prévenez-nous si cela se répète."
    )
