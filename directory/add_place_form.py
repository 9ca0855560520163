"""What is filled in to add a place: whose, what, and where - in the street, or at home without its address."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.models import Kind
from directory.place_forms import SELECT, NamedPlaceForm, categories_of
from geo.errors import NotFound
from geo.front_doors import addresses_meant
from geo.towns import find_municipality
from scopes.home_pages.forms import CONTROL
from scopes.models import Account
from scopes.organisations.acting import responsible_for

PUBLIC, TOWN, CELL = "public", "town", "cell"


class AddPlaceForm(NamedPlaceForm):
    """A place, and where it is seen."""

    organisation = forms.ChoiceField(label=gettext_lazy("Au nom de"), widget=forms.Select(attrs=SELECT))
    where = forms.ChoiceField(
        label=gettext_lazy("Où ?"),
        choices=[
            (PUBLIC, gettext_lazy("à une adresse où l’on vient, et qui n’est le domicile de personne")),
            (TOWN, gettext_lazy("chez moi : ne montrer que la commune")),
            (CELL, gettext_lazy("chez moi : montrer mon voisinage, jamais mon adresse")),
        ],
        widget=forms.RadioSelect,
    )
    address = forms.CharField(
        label=gettext_lazy("Adresse, pour un lieu où l’on vient"),
        help_text=gettext_lazy("Le numéro, la rue et la ville. Une lettre y part, avec un code."),
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={**CONTROL, "autocomplete": "off"}),
    )
    commune = forms.CharField(
        label=gettext_lazy("Commune, si c’est chez vous"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={**CONTROL, "autocomplete": "off"}),
    )

    def __init__(self, *args: object, account: Account, **kwargs: object):
        super().__init__(*args, **kwargs)
        self.own = {str(one.handle): one for one in responsible_for(account)}
        self.fields["organisation"].choices = [(handle, str(one)) for handle, one in self.own.items()]
        self.fields["category"].choices = [
            ("", _("Choisissez")),
            *categories_of(Kind.MERCHANT),
            *categories_of(Kind.PLACE),
            *categories_of(Kind.ASSOCIATION),
        ]

    def clean(self) -> dict[str, Any]:
        """Find what is meant by the address or the commune."""
        filled = super().clean()
        if filled.get("where") == PUBLIC:
            meant = addresses_meant(filled.get("address", ""))
            if len(meant) != 1:
                why = (
                    _("Plusieurs adresses se ressemblent : écrivez la ville.")
                    if meant
                    else _("Nous ne trouvons pas ce numéro. Écrivez-le avec la rue et la ville.")
                )
                self.add_error("address", why)
            else:
                filled["found"] = meant[0]
        elif filled.get("where") == TOWN:
            try:
                filled["found"] = find_municipality(filled.get("commune", ""))
            except NotFound as error:
                self.add_error("commune", str(error))
        return filled

    @property
    def columns(self) -> dict[str, Any]:
        """What was filled in, as `add_place` takes it."""
        filled = self.cleaned_data
        where = {PUBLIC: "address", TOWN: "municipality"}.get(filled["where"])
        return {
            "organisation": self.own[filled["organisation"]],
            **{name: filled[name] for name in ("title", "category", "phone")},
            **({where: filled["found"]} if where else {"at_ones_cell": True}),
        }
