"""Telephone numbers as they are dialled and as they are read."""

from __future__ import annotations

from dataclasses import dataclass

import phonenumbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A phone number as it is dialled and as it is read."""

    href: str
    text: str


def phone(number: str) -> Phone | None:
    """Write a number the way its country does; a short number stays as it is dialled."""
    if not number:
        return None
    try:
        parsed = phonenumbers.parse(number, "FR")
    except phonenumbers.NumberParseException:
        return Phone(href=number, text=number)
    if not number.startswith("+"):
        return Phone(href=number, text=number)
    abroad = parsed.country_code != 33
    style = phonenumbers.PhoneNumberFormat.INTERNATIONAL if abroad else phonenumbers.PhoneNumberFormat.NATIONAL
    return Phone(href=number, text=phonenumbers.format_number(parsed, style))
