"""Services between neighbours: what one offers to do, or looks for; for something in exchange, or for nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.kinds.kind import ExchangeKind
from directory.models import Kind, Service
from geo.forms import Form

LONGEST_BARTER = 80


class ServiceForm(Form):
    """Offered or looked for, and what in exchange."""

    direction = forms.ChoiceField(
        label=gettext_lazy("Vous proposez, ou vous cherchez ?"),
        choices=Service.Direction.choices,
        initial=Service.Direction.OFFER,
        widget=forms.RadioSelect,
    )
    in_exchange_for = forms.CharField(
        label=gettext_lazy("En échange de quoi, si vous voulez"),
        help_text=gettext_lazy("Un gâteau, une heure de jardinage, rien du tout."),
        max_length=LONGEST_BARTER,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )


def _facts(told: Mapping[str, object]) -> list[str]:
    words = [str(Service.Direction(told["direction"]).label)]
    if told.get("in_exchange_for"):
        words.append(_("en échange : %(what)s") % {"what": told["in_exchange_for"]})
    return words


SERVICE = ExchangeKind(
    kind=Kind.SERVICE,
    model=Service,
    slug="service",
    name=gettext_lazy("Je propose, je cherche un service"),
    about=gettext_lazy("Cours, bricolage, animaux, ordinateur, cuisine, jardin…"),
    several=gettext_lazy("Services"),
    icon="heart",
    form=ServiceForm,
    schema={
        "direction": {"type": "string", "enum": list(Service.Direction.values)},
        "in_exchange_for": {"type": "string", "maxLength": LONGEST_BARTER},
    },
    facts=_facts,
    is_request=lambda columns: columns["direction"] == Service.Direction.REQUEST,
    lifetime=timedelta(days=180),
    # Children, elderly people, an empty home or its keys.
    kept=frozenset({"family", "homework_help", "plant_care", "home_sitting", "pet_sitting"}),
)
