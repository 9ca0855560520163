"""Brings single values into their standard form, or into nothing: names, phones, web and mail addresses, SIRET, RNA."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from phonenumbers import NumberParseException, PhoneNumberFormat, shortnumberinfo
from stdnum.fr import siret as siret_standard

from geo.texts import legible

#: Where a number without its country may ring: France, then its territories that have a code of their own, then Monaco.
REGIONS = ("FR", "GP", "MQ", "GF", "RE", "YT", "PM", "NC", "PF", "WF", "MC")
URL_LENGTH = 200
_is_web_address = URLValidator(schemes=["http", "https"])
#: Ends of names that exist within a network alone.
_INSIDE = ("arpa", "corp", "home", "internal", "intranet", "lan", "local", "localdomain", "localhost", "private")
#: The last part of a host that is read as a number, in any base.
_NUMBER = re.compile(r"\d+|0x[0-9a-f]*")
_RNA = re.compile(r"W\d[0-9A-Z]\d{7}")
_SEVERAL = re.compile(r"[;,/\n]| ou | et ")


def phone(text: str) -> str:
    """Return the first number that can be dialled, in E.164 (`+33240419000`) or short (`3631`), else ""."""
    return next(filter(None, map(_one_phone, _SEVERAL.split(text))), "")


def website(text: str) -> str:
    """Return an http or https address of a public site, else ""; a bare `www.` is taken as https.

    One with a name of a user, which hides where it leads, or of a host that has none on the open internet is none.

    >>> [website(text) for text in ("www.nantes.fr", "https://www.nantes.fr@evil.example/", "https://127.0.0.1/")]
    ['https://www.nantes.fr', '', '']
    """
    address = text.split(";")[0].strip()
    if address.lower().startswith("www."):
        address = f"https://{address}"
    if len(address) > URL_LENGTH or "\\" in address or not _passes(_is_web_address, address):
        return ""
    return address if _is_public(urlsplit(address)) else ""


def email(text: str) -> str:
    """Return the first mail address, else ""."""
    address = _SEVERAL.split(text)[0].strip()
    return address if _passes(validate_email, address) else ""


def siret(text: str) -> str:
    """Return the 14 digits of a SIRET whose check digit is right (La Poste's rule too), else ""."""
    return siret_standard.compact(text) if siret_standard.is_valid(text) else ""


def rna(text: str) -> str:
    """Return an id of the register of associations: W and nine characters, overseas a letter among them, else ""."""
    code = text.strip().upper()
    return code if _RNA.fullmatch(code) else ""


@lru_cache(maxsize=4096)
def _one_phone(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    if len(digits) <= 6 and "+" not in text:
        return digits if _is_short_number(digits) else ""
    for region in REGIONS:
        try:
            number = phonenumbers.parse(text, region)
        except NumberParseException:
            return ""
        if phonenumbers.is_valid_number(number):
            return phonenumbers.format_number(number, PhoneNumberFormat.E164)
    return ""


def _is_public(address: SplitResult) -> bool:
    """Whether an address says plainly whose it is: a name on the open internet, neither a number nor a single word."""
    host = address.hostname or ""
    # As a browser reads it: letters and dots of full width are those of ASCII.
    labels = unicodedata.normalize("NFKC", host).casefold().replace("\u3002", ".").rstrip(".").split(".")
    is_name = len(labels) > 1 and labels[-1] not in _INSIDE and not _NUMBER.fullmatch(labels[-1])
    return is_name and "@" not in address.netloc and ":" not in host and host == legible(host)


def _is_short_number(digits: str) -> bool:
    """Numbers of 2 to 6 digits of the French plan, and the 30XX to 39XX of companies and administrations."""
    if re.fullmatch(r"3\d{3}|10\d{2}", digits):
        return True
    try:
        return shortnumberinfo.is_valid_short_number_for_region(phonenumbers.parse(digits, "FR"), "FR")
    except NumberParseException:
        return False


def _passes(validator, value: str) -> bool:
    try:
        validator(value)
    except ValidationError:
        return False
    return True
