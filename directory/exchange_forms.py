"""What sharing something asks: what every kind does, beside the fields of the kind itself (`directory.kinds`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from itertools import groupby

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import F
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from directory.forms import SayForm, WordsForm
from directory.kinds import ExchangeKind, kind_of
from directory.models import Category, Exchange
from directory.photos import MOST_BYTES
from geo.texts import LONGEST_TEXT
from scopes.models import Openness
from scopes.viewer import Home


def categories_of(kind: ExchangeKind) -> list[tuple[str, object]]:
    """The categories of a kind to choose from, by the branches they are in."""
    below = Category.objects.filter(kind=kind.kind, parent__isnull=False, number=F("last"))
    choices: list[tuple[str, object]] = []
    for branch, leaves in groupby(below.select_related("parent").order_by("number"), key=lambda leaf: leaf.parent):
        named = [(leaf.code, leaf.name) for leaf in leaves]
        choices += named if branch.code == kind.kind else [(branch.name, named)]
    return choices


class PhotosInput(forms.FileInput):
    """A control that takes several files at once."""

    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Photos, as many as were chosen; of a file that is too large no more is read than tells so."""

    def __init__(self, **columns: object):
        super().__init__(required=False, allow_empty_file=True, **columns)
        self.widget = PhotosInput(attrs={"class": "form-control", "accept": "image/jpeg,image/png,image/webp"})

    def clean(self, data: Sequence[UploadedFile] | None, initial: object = None) -> list[bytes]:
        """Return what the files hold."""
        files = [super(PhotosField, self).clean(file, initial) for file in data or []]
        return [file.read(MOST_BYTES + 1) for file in files if file]


class DetailsForm(WordsForm):
    """The words of something shared: what it is, in one line, and more if one wants."""

    category = forms.ChoiceField(label=_("Quoi ?"), widget=forms.Select(attrs={"class": "form-select"}))
    text = forms.CharField(
        label=_("Quelques mots de plus, si vous voulez"),
        max_length=LONGEST_TEXT,
        required=False,
        widget=forms.Textarea(attrs={"class": "form-control", "rows": 4}),
    )

    photos = PhotosField(
        help_text=_("Tout est redessiné : ni lieu, ni date, ni nom de fichier ne partent avec."),
    )

    def adapt_to(self, kind: ExchangeKind) -> None:
        """Offer the categories of this kind, where there are several, and as many photos as it bears."""
        category, choices = self.fields["category"], categories_of(kind)
        category.choices = [("", "…"), *choices]
        if len(choices) == 1:
            category.widget, category.initial = forms.HiddenInput(), choices[0][0]
        if kind.asks:
            self.fields["title"].label = kind.asks
        if kind.names_itself:
            del self.fields["title"]
        if not kind.most_photos:
            del self.fields["photos"]
            return
        photos = self.fields["photos"]
        several = _("Jusqu’à %(most)d photos") % {"most": kind.most_photos}
        photos.label = several if kind.most_photos > 1 else _("Une photo, si elle aide")
        photos.widget.attrs["multiple"] = kind.most_photos > 1


class ShareForm(DetailsForm, SayForm):
    """The same, with how far it goes."""

    openness = forms.BooleanField(label=_("Le montrer aussi à tout le monde, sans mon nom"), required=False)
    inside = forms.BooleanField(
        label=_("Le demander aussi dans mon immeuble, tout de suite : une annonce à part"), required=False
    )

    @property
    def columns(self) -> dict[str, object]:
        """The same, as `directory.exchanging.share` takes it."""
        return {**super().columns, "inside": self.cleaned_data.get("inside", False)}


def as_filled(kind: ExchangeKind, data: QueryDict) -> dict[str, str]:
    """What was written into fields, right or wrong, to fill them in again; several of one are parted by commas."""
    fields = kind.form.base_fields
    several = {name for name, field in fields.items() if isinstance(field, forms.MultipleChoiceField)}
    return {name: ",".join(data.getlist(name)) if name in several else data[name] for name in data}


class Composer:
    """The forms of one kind on one page: those of its own fields, and those that every kind has."""

    def __init__(
        self,
        kind: ExchangeKind,
        data: Mapping | None = None,
        files: Mapping | None = None,
        *,
        home: Home | None = None,
        initial: Mapping[str, object] | None = None,
    ):
        self.kind = kind
        self.own = kind.form(data, initial=initial)
        self.words: DetailsForm = (
            ShareForm(data, files, home=home, initial=initial) if home else DetailsForm(data, files, initial=initial)
        )
        self.words.adapt_to(kind)
        if home:
            self.words.narrow(kind.levels, spreads=kind.is_request is not None)
            if kind.is_request is None or not home.lives_there:
                del self.words.fields["inside"]
        if home and not kind.may_open:
            del self.words.fields["openness"]

    @classmethod
    def of(cls, exchange: Exchange, data: Mapping | None = None, files: Mapping | None = None) -> Composer:
        """The forms to change something that is shared."""
        own = {name: getattr(exchange, name) for name in kind_of(exchange).schema}
        words = {"category": exchange.category.code, "title": exchange.title, "text": exchange.description}
        composer = cls(kind_of(exchange), data, files, initial=own | words)
        composer.keep_as_it_is(composer.kind.fixed)
        if exchange.openness != Openness.PUBLIC:
            for name in composer.kind.only_open:
                del composer.own.fields[name]
        return composer

    def keep_as_it_is(self, names: Set[str]) -> None:
        """Show what is not asked for, without letting it be changed."""
        for form in (self.own, self.words):
            for name in names & form.fields.keys():
                form.fields[name].disabled = True

    def is_valid(self) -> bool:
        """Whether all is filled in as it may be."""
        return all([self.own.is_valid(), self.words.is_valid()])

    @property
    def columns(self) -> dict[str, object]:
        """What was filled in, as the deeds of `directory.exchanging` take it."""
        words = self.words.columns if isinstance(self.words, ShareForm) else self.words.cleaned_data
        return {"title": "", **words, "photos": self.words.cleaned_data.get("photos", []), "own": self.own.data}

    def filled(self, data: QueryDict) -> dict[str, str]:
        """What was written into its fields, right or wrong, without the photos, and what is only looked for."""
        left_out = {"photos", *getattr(self.own, "looked_for", ())}
        names = [name for name in (*self.own.fields, *self.words.fields) if name not in left_out]
        return {name: value for name, value in as_filled(self.kind, data).items() if name in names}

    @property
    def fields_template(self) -> str:
        """What its fields are drawn by."""
        return getattr(self.own, "fields_template", "directory/exchange_fields.html")

    def refuse(self, parameter: str, words: str) -> None:
        """Say what is wrong at its field."""
        form = self.own if parameter in self.own.fields else self.words
        form.add_error(parameter if parameter in form.fields else None, words)

    @property
    def is_wrong(self) -> bool:
        """Whether something was filled in that cannot be."""
        return bool(self.own.errors or self.words.errors)
