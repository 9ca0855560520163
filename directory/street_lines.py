"""Streets as a secretary types them, one a line: "Quai de la Fosse", "Rue Haute, 1 à 25 impairs"."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.translation import gettext as _

from geo.errors import InvalidParameter
from geo.street_zones import Side
from geo.texts import legible_lines

MOST_STREETS, LONGEST_LINE = 40, 160
_LINE = re.compile(
    r"(?P<street>.*?\D)"
    r"(?:[\s,;:]+(?:du|de|n[°o]s?)?\s*(?P<first>\d{1,4})(?:\s*(?:-|–|à|a|au|/)\s*(?P<last>\d{1,4}))?)?"
    r"(?:[\s,;:(]+(?:côté\s+)?(?P<side>pairs?|impairs?|even|odd)\)?)?",
    re.IGNORECASE,
)
_SIDES = {"p": Side.EVEN, "e": Side.EVEN, "i": Side.ODD, "o": Side.ODD}


def read_streets(text: str) -> list[dict[str, object]]:
    """Return the streets of a text, one a line, as `{street, first, last, side}`.

    A single number is that number alone. Raises `InvalidParameter` for none, too many and lines that are too long.
    """
    lines = legible_lines(text)
    if not lines:
        raise InvalidParameter("streets", _("Écrivez une rue par ligne : Rue Haute, 1 à 25."))
    if len(lines) > MOST_STREETS or max(map(len, lines)) > LONGEST_LINE:
        raise InvalidParameter("streets", _("Au plus quarante rues, une par ligne."))
    return [_read(line) for line in lines]


def said(told: Mapping[str, object]) -> str:
    """Say a street as it was read: "Rue Haute, du 1 au 25, numéros impairs"."""
    words = [str(told["street"])]
    if told.get("first") is not None:
        words.append(_("du %(first)d au %(last)d") % told if told["first"] != told["last"] else str(told["first"]))
    sides = {Side.ODD.value: _("numéros impairs"), Side.EVEN.value: _("numéros pairs")}
    return ", ".join(filter(None, [*words, sides.get(str(told.get("side")), "")]))


def typed(told: Mapping[str, object]) -> str:
    """Write a street as it is typed, so that it reads as the same."""
    numbers = "" if told.get("first") is None else f", {told['first']} à {told['last']}"
    return f"{told['street']}{numbers}" + {"odd": " impairs", "even": " pairs"}.get(str(told.get("side")), "")


def _read(line: str) -> dict[str, object]:
    found = _LINE.fullmatch(line)
    if found is None or not found["street"].strip(" ,;:"):
        raise InvalidParameter("streets", _("« %(line)s » n’est pas une rue.") % {"line": line})
    first = int(found["first"]) if found["first"] else None
    last = int(found["last"]) if found["last"] else first
    side = _SIDES[found["side"][0].lower()] if found["side"] else Side.BOTH
    return {"street": found["street"].strip(" ,;:"), "first": first, "last": last, "side": side.value}
