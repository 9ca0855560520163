"""What an owner fills in about a place: the same checks as imports make, said at the field."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from operator import attrgetter
from typing import Any

import phonenumbers
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.importing import cleaning
from directory.models import Category, Listing
from directory.week_form import WeekForm
from geo.forms import Form
from geo.texts import legible, paragraphs
from scopes.home_pages.forms import CONTROL, OrganisationForm
from scopes.models import Account
from scopes.organisations.acting import responsible_for

SELECT = {"class": "form-select"}
#: Stands for an organisation that is proposed in the same step.
NEW = "new"
LONGEST_DESCRIPTION = 2_000


class NamedPlaceForm(Form):
    """What every place is told with: its sign, what it is, and where to ring."""

    title = forms.CharField(label=gettext_lazy("Enseigne, nom"), max_length=160, widget=forms.TextInput(attrs=CONTROL))
    category = forms.ChoiceField(label=gettext_lazy("C’est"), widget=forms.Select(attrs=SELECT))
    phone = forms.CharField(
        label=gettext_lazy("Téléphone"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={**CONTROL, "inputmode": "tel"}),
    )

    def clean_title(self) -> str:
        """Keep what is seen of the sign."""
        title = legible(self.cleaned_data["title"])
        if len(title) < 2:
            raise forms.ValidationError(_("Écrivez l’enseigne, comme on la lit sur la porte."))
        return title

    def clean_phone(self) -> str:
        """Keep the number in its standard form."""
        return self._standard("phone", cleaning.phone, _("Ce numéro ne se compose pas : relisez-le."))

    def _standard(self, name: str, read: Callable[[str], str], problem: str) -> str:
        told = self.cleaned_data[name].strip()
        value = read(told) if told else ""
        if told and not value:
            raise forms.ValidationError(problem)
        return value


class PlaceForm(NamedPlaceForm, WeekForm):
    """The page of a place, as its owner tells it."""

    description = forms.CharField(
        label=gettext_lazy("En quelques mots"),
        max_length=LONGEST_DESCRIPTION,
        required=False,
        widget=forms.Textarea(attrs={**CONTROL, "rows": 3}),
    )
    address = forms.CharField(
        label=gettext_lazy("Adresse, comme on la lit dans la rue"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs=CONTROL),
    )
    email = forms.CharField(
        label=gettext_lazy("Adresse e-mail"),
        max_length=254,
        required=False,
        widget=forms.TextInput(attrs={**CONTROL, "inputmode": "email"}),
    )
    website = forms.CharField(
        label=gettext_lazy("Site"),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={**CONTROL, "inputmode": "url"}),
    )
    wheelchair = forms.ChoiceField(
        label=gettext_lazy("En fauteuil roulant"),
        choices=[
            ("", gettext_lazy("je ne sais pas")),
            ("yes", gettext_lazy("accessible")),
            ("limited", gettext_lazy("accessible en partie")),
            ("no", gettext_lazy("non accessible")),
        ],
        required=False,
        widget=forms.Select(attrs=SELECT),
    )

    def __init__(self, *args: object, kind: str, placed: bool = True, **kwargs: object):
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = list(categories_of(kind))
        if not placed:
            del self.fields["address"]

    def clean_address(self) -> str:
        """Keep what is seen of the address."""
        return legible(self.cleaned_data["address"])

    def clean_description(self) -> str:
        """Keep paragraphs, and what is seen of them."""
        return paragraphs(
            self.cleaned_data["description"], parameter="description", shortest=0, longest=LONGEST_DESCRIPTION
        )

    def clean_email(self) -> str:
        """Keep the address in its standard form."""
        return self._standard("email", cleaning.email, _("Cette adresse e-mail n’en est pas une : relisez-la."))

    def clean_website(self) -> str:
        """Keep an address that a browser can go to."""
        told = self.cleaned_data["website"].strip()
        if told and "://" not in told:
            self.cleaned_data["website"] = f"https://{told}"
        return self._standard("website", cleaning.website, _("Cette adresse de site n’en est pas une : relisez-la."))

    @property
    def columns(self) -> dict[str, Any]:
        """What was filled in, by column of the place."""
        names = ("title", "category", "description", "address", "phone", "email", "website", "wheelchair")
        told = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        return told | {"opening_hours": self.cleaned_data["opening_hours"]}


class ClaimForm(OrganisationForm):
    """Whose place it is: an organisation that the account is responsible for, or one proposed in the same step."""

    organisation = forms.ChoiceField(label=gettext_lazy("Au nom de"), widget=forms.RadioSelect)

    field_order = ("organisation", *OrganisationForm.base_fields)

    def __init__(self, *args: object, account: Account, **kwargs: object):
        super().__init__(*args, **kwargs)
        self.own = {str(one.handle): one for one in responsible_for(account)}
        named = [(handle, str(one)) for handle, one in self.own.items()]
        self.fields["organisation"].choices = [*named, (NEW, _("un autre organisme, que je présente"))]
        self.fields["organisation"].initial = named[0][0] if named else NEW
        if not named:
            self.fields["organisation"].widget = forms.HiddenInput()
        if self.is_bound and self.data.get("organisation") in self.own:
            for name in OrganisationForm.base_fields:
                self.fields[name].required = False

    @property
    def proposed(self) -> dict[str, str]:
        """The organisation that is proposed, as `propose` takes it; nothing where it is known."""
        if self.cleaned_data["organisation"] in self.own:
            return {}
        return {name: self.cleaned_data[name] for name in OrganisationForm.base_fields}


def initial_of(listing: Listing) -> dict[str, Any]:
    """What the form of a place begins with."""
    names = ("title", "description", "address", "email", "website", "wheelchair")
    told = {name: getattr(listing, name) for name in names}
    return told | {"category": listing.category.code, "phone": as_dialled(listing.phone)}


def as_dialled(number: str) -> str:
    """A number as people write it; cleaned again, it is the same."""
    if not number.startswith("+"):
        return number
    national, abroad = phonenumbers.PhoneNumberFormat.NATIONAL, phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(phonenumbers.parse(number), national if number.startswith("+33") else abroad)


def categories_of(kind: str):
    """The categories of a kind, under the branch each belongs to."""
    nodes = Category.objects.filter(kind=kind, parent__isnull=False).select_related("parent")
    for above, below in groupby(nodes, key=attrgetter("parent")):
        yield above.name, [(node.code, node.name) for node in below]
