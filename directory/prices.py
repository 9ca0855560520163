"""Prices as people write and read them."""

from __future__ import annotations

from decimal import Decimal

from django import forms
from django.utils.formats import number_format
from django.utils.translation import gettext as _


class PriceField(forms.DecimalField):
    """An amount as people write it: "12,50", "1 200"."""

    def to_python(self, value: object) -> Decimal | None:
        """Leave out the spaces between thousands."""
        return super().to_python("".join(value.split()) if isinstance(value, str) else value)


def price_in_words(cents: int) -> str:
    """Write a price as people do: "12 €", "12,50 €"."""
    whole = cents % 100 == 0
    return _("%(number)s €") % {"number": number_format(Decimal(cents) / 100, 0 if whole else 2, force_grouping=True)}
