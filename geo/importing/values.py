"""Reads the values of French files: decimal commas, `Oui`, `12bis`, codes that passed through a spreadsheet."""

from __future__ import annotations

import math
import re
import unicodedata
from decimal import Decimal, InvalidOperation

#: Characters of an RNB id (https://rnb-fr.gitbook.io/documentation/repository-rnb-coeur): no 0, I, L, O, U.
RNB_ID = re.compile(r"[1-9A-HJKMNP-TV-Z]{12}")
TRUE = {"oui", "true", "vrai", "1", "t", "o", "yes"}


def text(value: object) -> str:
    """Return a value as trimmed text; nothing, and what is not a number, as an empty string; `8.0` as `8`.

    PostgreSQL stores no character 0: one would end the whole import.
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).replace("\0", " ").split())


def code(value: object) -> str:
    """Return a code as text: `8.0`, as spreadsheets write it, is `8`."""
    return re.sub(r"\.0+$", "", text(value))


def decimal(value: object) -> float | None:
    """Return a number written with a comma or a point, or None for nothing; raise `ValueError` for anything else.

    Too large for a number of the machine (`1e400`) is anything else.
    """
    written = re.sub(r"\s", "", text(value)).replace(",", ".")
    if not written:
        return None
    try:
        number = Decimal(written)
    except InvalidOperation:
        raise ValueError(written) from None
    if not number.is_finite():
        return None
    if math.isinf(float(number)):
        raise ValueError(written)
    return float(number)


def whole(value: object) -> int | None:
    """Return a whole number, rounded, or None for nothing; raise `ValueError` for anything else."""
    number = decimal(value)
    return None if number is None else round(number)


def leading_number(value: object) -> int | None:
    """Return the number that a house number begins with: 12 of `12bis`; None where it begins otherwise."""
    found = re.match(r"\d+", text(value))
    return int(found[0]) if found else None


def truth(value: object) -> bool:
    """Tell whether a value says yes."""
    return text(value).lower() in TRUE


def rnb_ids(value: object) -> list[str]:
    """Return the RNB ids of a list written with any separator, without the spaces and dashes they are shown with."""
    candidates = (re.sub(r"[\s_-]", "", part).upper() for part in re.split(r"[/,;|]", text(value)))
    return sorted({candidate for candidate in candidates if RNB_ID.fullmatch(candidate)})


def postcodes(value: object) -> list[str]:
    """Return the postcodes of a list written with any separator."""
    return re.findall(r"\b\d{5}\b", text(value))


def slug(name: str) -> str:
    """Return a name as a code: `Île de Nantes` is `ile-de-nantes`."""
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", ascii_name).strip("-")
