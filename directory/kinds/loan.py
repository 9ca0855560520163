"""Things that neighbours lend each other: what, when it can be had, and what its owner keeps meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.kinds.kind import ExchangeKind, Given
from directory.models import Kind, Loan
from geo.forms import Form
from scopes.moments import day_and_month

LONGEST_WORDS = 80
#: Nobody knows further ahead what they will need themselves.
FURTHEST = timedelta(days=366)


class LoanForm(Form):
    """Lent or looked for; when, and what its owner keeps meanwhile."""

    direction = forms.ChoiceField(
        label=gettext_lazy("Vous prêtez, ou vous cherchez à emprunter ?"),
        choices=Loan.Direction.choices,
        initial=Loan.Direction.OFFER,
        widget=forms.RadioSelect,
    )
    availability = forms.CharField(
        label=gettext_lazy("Quand, si vous voulez"),
        help_text=gettext_lazy("Le week-end, un soir sur deux, quand il ne pleut pas."),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    available_until = forms.DateField(
        label=gettext_lazy("Jusqu’à quel jour, s’il y en a un"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"class": "form-control", "type": "date"}),
    )
    deposit = forms.CharField(
        label=gettext_lazy("Caution, s’il en faut une"),
        help_text=gettext_lazy("Cinquante euros, une carte de bibliothèque, votre parole."),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )

    def clean_available_until(self) -> date | None:
        """Refuse a day that is over, or too far ahead."""
        day = self.cleaned_data["available_until"]
        if day is not None and not timezone.localdate() <= day <= timezone.localdate() + FURTHEST:
            raise forms.ValidationError(_("Un jour entre aujourd’hui et dans un an."))
        return day

    def clean(self) -> dict[str, object]:
        """Return the columns: who looks for a thing asks for no deposit, whatever else was filled in."""
        filled = super().clean()
        return filled if filled.get("direction") == Loan.Direction.OFFER else {**filled, "deposit": ""}


def _facts(told: Mapping[str, object]) -> list[str]:
    words = [_lent(told) if told.get("taken") else str(Loan.Direction(told["direction"]).label)]
    if told.get("availability"):
        words.append(str(told["availability"]))
    if told.get("available_until"):
        day = date.fromisoformat(str(told["available_until"]))
        words.append(_("jusqu’au %(day)s") % {"day": day_and_month(day)})
    if told.get("deposit"):
        words.append(_("caution : %(what)s") % {"what": told["deposit"]})
    return words


def _lent(told: Mapping[str, object]) -> str:
    """Say that someone has it; once its day is over, nobody knows until when."""
    day = date.fromisoformat(str(told["taken_until"]))
    if day < timezone.localdate():
        return _("prêté en ce moment")
    return _("prêté jusqu’au %(day)s") % {"day": day_and_month(day)}


def _given(told: Mapping[str, object]) -> Given | None:
    return Given.LENT if told["direction"] == Loan.Direction.OFFER else None


LOAN = ExchangeKind(
    kind=Kind.LOAN,
    model=Loan,
    slug="pret",
    name=gettext_lazy("Je prête, je cherche à emprunter"),
    about=gettext_lazy("Une perceuse, un lit bébé, une tente, des tréteaux, une remorque…"),
    several=gettext_lazy("Prêts"),
    icon="hardware",
    form=LoanForm,
    schema={
        "direction": {"type": "string", "enum": list(Loan.Direction.values)},
        "availability": {"type": "string", "maxLength": LONGEST_WORDS},
        "available_until": {"type": "string", "format": "date"},
        "deposit": {"type": "string", "maxLength": LONGEST_WORDS},
        "taken": {"type": "boolean"},
        "taken_until": {"type": "string", "format": "date"},
    },
    given=_given,
    facts=_facts,
    is_request=lambda columns: columns["direction"] == Loan.Direction.REQUEST,
    lifetime=timedelta(days=180),
)
