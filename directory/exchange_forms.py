"""What sharing something asks: what every kind does, beside the fields of the kind itself (`directory.kinds`)."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby

from django import forms
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from directory.forms import SayForm, WordsForm
from directory.kinds import ExchangeKind, kind_of
from directory.models import Category, Exchange
from directory.texts import LONGEST_TEXT
from scopes.viewer import Home


def categories_of(kind: ExchangeKind) -> list[tuple[str, object]]:
    """The categories of a kind to choose from, by the branches they are in."""
    below = Category.objects.filter(kind=kind.kind, parent__isnull=False, number=F("last"))
    choices: list[tuple[str, object]] = []
    for branch, leaves in groupby(below.select_related("parent").order_by("number"), key=lambda leaf: leaf.parent):
        named = [(leaf.code, leaf.name) for leaf in leaves]
        choices += named if branch.code == kind.kind else [(branch.name, named)]
    return choices


class DetailsForm(WordsForm):
    """The words of something shared: what it is, in one line, and more if one wants."""

    category = forms.ChoiceField(label=_("Quoi ?"), widget=forms.Select(attrs={"class": "form-select"}))
    text = forms.CharField(
        label=_("Quelques mots de plus, si vous voulez"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 4}),
    )

    def choose_from(self, kind: ExchangeKind) -> None:
        """Offer the categories of this kind."""
        self.fields["category"].choices = [("", "…"), *categories_of(kind)]


class ShareForm(DetailsForm, SayForm):
    """The same, with how far it goes."""

    openness = forms.BooleanField(label=_("Le montrer aussi à tout le monde, sans mon nom"), required=False)


class Composer:
    """The forms of one kind on one page: those of its own fields, and those that every kind has."""

    def __init__(
        self,
        kind: ExchangeKind,
        data: Mapping | None = None,
        *,
        home: Home | None = None,
        initial: Mapping[str, object] | None = None,
    ):
        self.kind = kind
        self.own = kind.form(data, initial=initial)
        self.words: DetailsForm = (
            ShareForm(data, home=home, initial=initial) if home else DetailsForm(data, initial=initial)
        )
        self.words.choose_from(kind)
        if home:
            self.words.narrow(kind.levels)

    @classmethod
    def of(cls, exchange: Exchange, data: Mapping | None = None) -> Composer:
        """The forms to change something that is shared."""
        own = {name: getattr(exchange, name) for name in kind_of(exchange).schema}
        words = {"category": exchange.category.code, "title": exchange.title, "text": exchange.description}
        return cls(kind_of(exchange), data, initial=own | words)

    def is_valid(self) -> bool:
        """Whether all is filled in as it may be."""
        return all([self.own.is_valid(), self.words.is_valid()])

    @property
    def columns(self) -> dict[str, object]:
        """What was filled in, as the deeds of `directory.exchanging` take it."""
        words = self.words.columns if isinstance(self.words, ShareForm) else self.words.cleaned_data
        return {**words, "own": self.own.data}

    def refuse(self, parameter: str, words: str) -> None:
        """Say what is wrong at its field."""
        form = self.own if parameter in self.own.fields else self.words
        form.add_error(parameter if parameter in form.fields else None, words)

    @property
    def is_wrong(self) -> bool:
        """Whether something was filled in that cannot be."""
        return bool(self.own.errors or self.words.errors)
