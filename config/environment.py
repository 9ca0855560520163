"""Checks what the environment says of a site before it starts; every variable is in docs/settings.md."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.conf import settings
from django.core.checks import Error, register

from config.legal import Accessibility


@register()
def vat_is_a_rate(**options: object) -> list[Error]:
    """Refuse a rate that no quote could be written with: percent, of two decimals at most."""
    text = settings.VAT_RATE
    if not text or _is_rate(text):
        return []
    hint = "Percent with a point, like 20 or 5.5; empty where no VAT is owed."
    return [Error(f"ALENTOUR_VAT_RATE is no rate: {text!r}.", hint=hint, id="alentour.E001")]


@register()
def accessibility_is_known(**options: object) -> list[Error]:
    """Refuse a status that the law does not know: every page says it."""
    if settings.ACCESSIBILITY_STATUS in Accessibility.values:
        return []
    message = f"ALENTOUR_ACCESSIBILITY_STATUS is no status: {settings.ACCESSIBILITY_STATUS!r}."
    return [Error(message, hint=f"One of {', '.join(Accessibility.values)}.", id="alentour.E002")]


def _is_rate(text: str) -> bool:
    try:
        rate = Decimal(text)
    except InvalidOperation:
        return False
    return rate.is_finite() and 0 <= rate < 100 and rate == round(rate, 2)
