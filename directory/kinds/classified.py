"""Small ads: a thing that is given, sold or looked for, for two months."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.kinds.kind import ExchangeKind, Given
from directory.models import Classified, Kind
from directory.prices import PriceField, price_in_words
from geo.forms import Form

DEAREST = 100_000


class ClassifiedForm(Form):
    """Given, sold or looked for; at which price; in which condition."""

    deal = forms.ChoiceField(
        label=gettext_lazy("Vous donnez, vendez ou cherchez ?"),
        choices=Classified.Deal.choices,
        initial=Classified.Deal.GIFT,
        widget=forms.RadioSelect,
    )
    price = PriceField(
        label=gettext_lazy("Prix en euros, pour une vente"),
        min_value=0,
        max_value=DEAREST,
        decimal_places=2,
        localize=True,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control", "inputmode": "decimal", "autocomplete": "off"}),
    )
    condition = forms.ChoiceField(
        label=gettext_lazy("État"),
        choices=[("", gettext_lazy("non précisé")), *Classified.Condition.choices],
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, data: Mapping | None = None, *, initial: Mapping[str, object] | None = None):
        cents = (initial or {}).get("price_cents")
        price = {"price": Decimal(cents) / 100} if isinstance(cents, int) else {}
        super().__init__(data, initial={**(initial or {}), **price})

    def clean(self) -> dict[str, object]:
        """Return the columns: what is for sale has a price, whatever else was filled in."""
        filled = super().clean()
        price, is_sale = filled.get("price"), filled.get("deal") == Classified.Deal.SALE
        if is_sale and price is None and "price" not in self.errors:
            self.add_error("price", _("Dites à quel prix."))
        cents = int(price * 100) if is_sale and price is not None else None
        return {"deal": filled.get("deal"), "price_cents": cents, "condition": filled.get("condition", "")}


def _facts(told: Mapping[str, object]) -> list[str]:
    deal = Classified.Deal(told["deal"])
    words = [price_in_words(int(told["price_cents"])) if "price_cents" in told else str(deal.label)]
    if told.get("condition"):
        words.append(str(Classified.Condition(told["condition"]).label))
    return [_("promis"), *words] if told.get("taken") else words


def _given(told: Mapping[str, object]) -> Given | None:
    return None if told["deal"] == Classified.Deal.WANTED else Given.KEPT


CLASSIFIED = ExchangeKind(
    kind=Kind.CLASSIFIED,
    model=Classified,
    slug="annonce",
    name=gettext_lazy("Je donne, je vends, je cherche un objet"),
    about=gettext_lazy("Un canapé, un vélo, des confitures : jusqu’à quatre photos."),
    several=gettext_lazy("Dons et ventes"),
    icon="gift",
    form=ClassifiedForm,
    schema={
        "deal": {"type": "string", "enum": list(Classified.Deal.values)},
        "price_cents": {"type": "integer", "minimum": 0},
        "condition": {"type": "string", "enum": list(Classified.Condition.values)},
        "taken": {"type": "boolean"},
    },
    given=_given,
    facts=_facts,
    is_request=lambda columns: columns["deal"] == Classified.Deal.WANTED,
    lifetime=timedelta(days=60),
    most_photos=4,
)
