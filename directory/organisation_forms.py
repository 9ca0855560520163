"""What is filled in where an association or a town hall gives news: what, and how far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.exchange_forms import PhotosField
from directory.models import Listing, News
from directory.organisation_audiences import EVERYONE, QUARTER, TOWN, quarters_of, to_of
from directory.organisation_kinds import NEWS, Told
from directory.organisation_publishing import pages_of, town_of
from geo.forms import Form
from geo.models import Neighbourhood
from geo.texts import LONGEST_TEXT, LONGEST_TITLE
from scopes.home_pages.forms import CONTROL
from scopes.models import Organisation

_SELECT = {"class": "form-select"}
_FAR = [
    (EVERYONE, gettext_lazy("tout le monde, sans compte")),
    (TOWN, gettext_lazy("les habitants de la ville")),
    (QUARTER, gettext_lazy("les habitants d’un quartier")),
]
_AROUND = [
    ("3km", gettext_lazy("les habitants à moins de 3 km")),
    ("2km", gettext_lazy("les habitants à moins de 2 km")),
    ("1km", gettext_lazy("les habitants à moins de 1 km")),
    ("500m", gettext_lazy("les habitants à moins de 500 m")),
    ("200m", gettext_lazy("les habitants à moins de 200 m")),
]


class NewsForm(Form):
    """Some news; an offer has a form of its own (`directory.offer_forms`)."""

    place = forms.ModelChoiceField(
        label=gettext_lazy("De la part de"), queryset=Listing.objects.none(), widget=forms.Select(attrs=_SELECT)
    )
    title = forms.CharField(
        label=gettext_lazy("En une ligne"), max_length=LONGEST_TITLE, widget=forms.TextInput(attrs=CONTROL)
    )
    text = forms.CharField(
        label=gettext_lazy("Ce qu’il faut savoir"),
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={**CONTROL, "rows": 5}),
    )
    website = forms.CharField(
        label=gettext_lazy("Un lien, pour en lire plus"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs=CONTROL),
    )
    photos = PhotosField(
        label=gettext_lazy("Une photo, si elle aide"),
        help_text=gettext_lazy("Tout est redessiné : ni lieu, ni date, ni nom de fichier ne partent avec."),
    )
    to = forms.ChoiceField(label=gettext_lazy("Qui le verra ?"), initial=EVERYONE, widget=forms.RadioSelect)
    quarter = forms.ModelChoiceField(
        label=gettext_lazy("Quel quartier ?"),
        queryset=Neighbourhood.objects.none(),
        required=False,
        widget=forms.Select(attrs=_SELECT),
    )

    def __init__(self, organisation: Organisation, *args: object, said: News | None = None, **kwargs: object):
        super().__init__(*args, **kwargs)
        self._from(organisation, [said.place] if said and said.place else pages_of(organisation, NEWS), said)

    def _from(self, organisation: Organisation, pages: list[Listing], said: News | None) -> None:
        """Offer the pages that it may speak from, and how far that goes; a town hall speaks from none too."""
        place = self.fields["place"]
        place.queryset = Listing.objects.filter(pk__in=[page.pk for page in pages])
        place.required = organisation.municipality_id is None
        if organisation.municipality_id:
            place.empty_label = organisation.name
        elif len(pages) == 1:
            place.empty_label = None
        if not pages or (said and not said.place):
            del self.fields["place"]
        placed = any(page.location for page in pages) and not (said and not said.place)
        town = town_of(organisation, pages[0] if pages else None)
        quarters = quarters_of(town) if town else Neighbourhood.objects.none()
        self.fields["quarter"].queryset, self.fields["quarter"].empty_label = quarters, _("Choisissez")
        far = _FAR if quarters.exists() else [choice for choice in _FAR if choice[0] != QUARTER]
        self.fields["to"].choices = far + (_AROUND if placed else [])
        if not quarters.exists():
            del self.fields["quarter"]

    def clean(self) -> dict[str, Any]:
        """Ask for the quarter where it is one that is meant."""
        filled = super().clean()
        if filled.get("to") == QUARTER and not filled.get("quarter") and "quarter" not in self.errors:
            self.add_error("quarter", _("Choisissez le quartier."))
        return filled

    @property
    def told(self) -> Told:
        """What was filled in, as `directory.organisation_publishing` takes it."""
        return Told(**self.cleaned_data)

    def refuse(self, field: str, words: str) -> None:
        """Say what is wrong at its field."""
        self.add_error(field if field in self.fields else None, words)


def initial_of(said: News) -> Mapping[str, object]:
    """What is filled in already, of something that is changed."""
    return {
        "place": said.place_id,
        "title": said.title,
        "text": said.description,
        "website": said.website,
        "to": to_of(said),
        "quarter": said.neighbourhood_id,
    }
