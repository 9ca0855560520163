"""Recommendations: who served a neighbour well, told in words and without stars, once by each person.

Of something that is listed and open to everyone, or of a tradesperson who is not listed: by trade, name and town.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django import forms
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.kinds.kind import ExchangeKind
from directory.models import Kind, Recommendation
from directory.recommendable import is_ones_own, recommendable
from directory.saying_once import key_of
from directory.words import plain
from geo.errors import InvalidParameter
from geo.forms import Form
from geo.texts import one_line
from scopes.models import Level, Membership
from scopes.viewer import Home

LONGEST_TOWN = 80
#: Months to choose from: what was longer ago says little of today.
MONTHS = 36


def months() -> list[tuple[str, str]]:
    """The months that an experience may be of, the latest first."""
    today = timezone.localdate()
    counted = (today.year * 12 + today.month - 1 - number for number in range(MONTHS))
    firsts = (date(month // 12, month % 12 + 1, 1) for month in counted)
    return [(one.isoformat(), _month(one)) for one in firsts]


def _month(first: date) -> str:
    return date_format(first, "F Y")


class RecommendationForm(Form):
    """Of what that is listed, if it is; else in which town; and in which month it was."""

    subject = forms.UUIDField(required=False, widget=forms.HiddenInput)
    town = forms.CharField(
        label=gettext_lazy("Dans quelle ville ?"),
        max_length=LONGEST_TOWN,
        required=False,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
    )
    experienced_in = forms.ChoiceField(
        label=gettext_lazy("C’était quand ?"),
        choices=months,
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def __init__(self, *args: object, **kwargs: object):
        super().__init__(*args, **kwargs)
        if self["subject"].value():  # what is listed says itself where it is
            self.fields["town"].widget = forms.HiddenInput()

    def clean_town(self) -> str:
        """Return the town on one line."""
        town = self.cleaned_data["town"]
        return one_line(town, parameter="town", longest=LONGEST_TOWN) if town.strip() else ""

    def clean_experienced_in(self) -> date:
        """Return the first day of the month."""
        return date.fromisoformat(self.cleaned_data["experienced_in"])

    def clean(self) -> dict[str, object]:
        """Need a town for who is not listed."""
        filled = super().clean()
        if not filled.get("subject") and not filled.get("town") and "town" not in self.errors:
            self.add_error("town", _("Dites dans quelle ville."))
        return filled


def _completed(home: Home, columns: Mapping[str, object]) -> dict[str, object]:
    """Call what is listed by its name there; refuse what is one's own, or of one's household."""
    if columns["subject"] is None:
        return dict(columns)
    listing = recommendable(columns["subject"])
    if listing is None:
        raise InvalidParameter("title", _("Cette annonce n’est plus là, ou ne se recommande pas."))
    if is_ones_own(home, listing):
        raise InvalidParameter("title", _("On ne recommande pas ce que l’on propose soi-même, ni son foyer."))
    return {**columns, "title": listing.title, "town": ""}


def _once(home: Home, level: Level, columns: Mapping[str, object]) -> str:
    """One of each person and of whom they recommend, whatever the circle."""
    account_id = Membership.objects.values_list("account_id", flat=True).get(pk=home.membership_id)
    who = columns["subject"] or f"{plain(str(columns['title']))}:{plain(str(columns['town']))}"
    return key_of(who=account_id, of=f"recommendation:{who}")


def _facts(told: Mapping[str, object]) -> list[str]:
    words = [str(told["town"])] if told.get("town") else []
    return [*words, _("en %(month)s") % {"month": _month(date.fromisoformat(str(told["experienced_in"])))}]


RECOMMENDATION = ExchangeKind(
    kind=Kind.RECOMMENDATION,
    model=Recommendation,
    slug="recommandation",
    name=gettext_lazy("Je recommande quelqu’un"),
    several=gettext_lazy("Recommandations"),
    about=gettext_lazy("Une plombière, un réparateur, une pharmacie : avec vos mots, sans étoiles."),
    icon="star",
    form=RecommendationForm,
    schema={
        "subject": {"type": "string", "format": "uuid"},
        "town": {"type": "string", "maxLength": LONGEST_TOWN},
        "experienced_in": {"type": "string", "format": "date"},
    },
    facts=_facts,
    lifetime=timedelta(days=365),
    levels=(Level.VOISINAGE, Level.NEIGHBOURHOOD, Level.MUNICIPALITY),
    most_photos=0,
    may_open=False,
    asks=gettext_lazy("Qui recommandez-vous ?"),
    may_say=lambda home: not home.provisional,
    completed=_completed,
    fixed=frozenset({"category", "title", "subject", "town"}),
    once=_once,
    said_already=gettext_lazy("Vous l’avez déjà recommandé : modifiez plutôt vos mots."),
)
