"""To whom a notice goes, as it is chosen on a page: one kind, and what that kind needs; the rest is not read."""

from __future__ import annotations

from collections.abc import Collection

from django import forms
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.models import Mailing
from directory.notice_audiences import Audience, audience_of, right_under
from geo.drawn_areas import LONGEST
from geo.errors import InvalidParameter
from geo.forms import Form
from geo.front_doors import addresses_meant, names_of
from geo.models import Address
from scopes.models import Acting, Mandate

To = Mailing.To
#: Residences and entrances that are listed to be ticked; more are typed.
MOST_RESIDENCES, MOST_ENTRANCES, MOST_TYPED = 600, 60, 60
BOX = {"class": "form-control", "rows": 4, "spellcheck": "false", "autocomplete": "off"}
LABELS: dict[str, Promise] = {
    To.ALL: gettext_lazy("À tous"),
    To.QUARTERS: gettext_lazy("À des quartiers"),
    To.STREETS: gettext_lazy("À des rues"),
    To.POLYGON: gettext_lazy("À une zone que je dessine"),
    To.RESIDENCES: gettext_lazy("À des immeubles"),
    To.ENTRANCES: gettext_lazy("À des entrées"),
}


class AudienceForm(Form):
    """Made for one mandate and one who writes, `without` some kinds; `audience()` resolves what was chosen."""

    to = forms.ChoiceField(choices=LABELS.items(), required=False)
    residences = forms.MultipleChoiceField(required=False)
    entrances = forms.MultipleChoiceField(required=False)
    quarters = forms.MultipleChoiceField(required=False)
    addresses = forms.CharField(
        label=gettext_lazy("Adresses des entrées, une par ligne"),
        help_text=gettext_lazy("Le numéro, la rue et la ville : 12 rue de Strasbourg, Nantes."),
        widget=forms.Textarea(attrs=BOX),
        max_length=10_000,
        required=False,
    )
    streets = forms.CharField(
        label=gettext_lazy("Rues, une par ligne"),
        help_text=gettext_lazy(
            "Toute la rue : Quai de la Fosse. Une partie : Rue Haute, 1 à 25. Un côté : Rue Haute pairs."
        ),
        widget=forms.Textarea(attrs=BOX),
        max_length=6_000,
        required=False,
    )
    polygon = forms.CharField(widget=forms.HiddenInput, max_length=LONGEST, required=False)

    def __init__(
        self, *args: object, mandate: Mandate, acting: Acting, without: Collection[str] = (), **kwargs: object
    ):
        super().__init__(*args, **kwargs)
        self.mandate, self.acting = mandate, acting
        right = right_under(mandate, acting)
        self.quarters_known = list(right.neighbourhoods.order_by("name", "key"))
        self.residences_known = [] if mandate.is_by_area else list(right.residences.order_by("pk")[:MOST_RESIDENCES])
        self.names = names_of(self.residences_known)
        self.residences_known.sort(key=lambda one: self.names[one.pk])
        self.entrances_known = self._entrances()
        self._choose("residences", [(one.key, self.names[one.pk]) for one in self.residences_known])
        self._choose("entrances", [(door.key, str(door)) for door in self.entrances_known])
        self._choose("quarters", [(one.key, one.name) for one in self.quarters_known])
        self.kinds = [kind for kind in LABELS if kind not in without and self._offers(kind)]

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        field.choices = choices
        others = {
            "residences": _("Choisissez parmi les immeubles de ce mandat."),
            "entrances": _("Choisissez parmi les entrées de ce mandat."),
            "quarters": _("Choisissez parmi les quartiers de ce mandat."),
        }
        field.error_messages = {**field.error_messages, "invalid_choice": others[name]}

    def _entrances(self) -> list[Address]:
        """The doors of the residences, where they are few enough to be ticked."""
        doors = Address.objects.open().filter(building__residence__in=self.residences_known, building__closed_on=None)
        named = dict(self.mandate.mandated.exclude(entrances=[]).values_list("residence", "entrances"))
        # Before they are counted: of a building with a hundred doors, a mandate may name the last two.
        own = ~Q(building__residence__in=list(named)) | Q(key__in=[key for keys in named.values() for key in keys])
        allowed = list(doors.filter(own).order_by("street_name", "number", "suffix")[: MOST_ENTRANCES + 1])
        return allowed if len(allowed) <= MOST_ENTRANCES else []

    def _offers(self, kind: str) -> bool:
        if self.mandate.is_by_area:
            return kind != To.RESIDENCES and (kind != To.QUARTERS or bool(self.quarters_known))
        few = len(self.residences_known) < 2
        return kind in (To.ALL, To.ENTRANCES) or not (few or (kind == To.QUARTERS and not self.quarters_known))

    @property
    def chosen(self) -> str:
        """The kind that is chosen, or first offered; a list of buildings alone is that kind."""
        told = self.data.get("to") if self.is_bound else None
        if told in self.kinds:
            return told
        # A page of before names none.
        return To.RESIDENCES if self.is_bound and not self.mandate.is_by_area else To.ALL

    def kinds_shown(self) -> list[dict[str, object]]:
        """The kinds as the page shows them."""
        return [{"code": str(kind), "label": LABELS[kind], "is_chosen": kind == self.chosen} for kind in self.kinds]

    def options(self, name: str) -> list[dict[str, object]]:
        """The boxes of a field, with which of them are ticked."""
        ticked = set(self.data.getlist(name)) if self.is_bound else set()
        return [{"key": key, "label": label, "is_chosen": key in ticked} for key, label in self.fields[name].choices]

    def audience(self) -> Audience:
        """Resolve what was chosen; raise `InvalidParameter` naming the field."""
        told = self.cleaned_data
        kind = self.chosen
        parameters = {name: told.get(name) for name in ("residences", "entrances", "quarters", "streets", "polygon")}
        if kind == To.ENTRANCES and told.get("addresses", "").strip():
            parameters["entrances"] = _doors(told["addresses"])
        elif kind == To.POLYGON and not told.get("polygon"):
            raise InvalidParameter("polygon", _("Dessinez la zone sur la carte : trois coins au moins."))
        return audience_of(mandate=self.mandate, acting=self.acting, to=kind, parameters=parameters)


def _doors(text: str) -> list[str]:
    """Keys of the addresses that lines mean; raise `InvalidParameter` naming the line that means none, or several."""
    lines = [line.strip()[:200] for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_TYPED:
        raise InvalidParameter("addresses", _("Soixante adresses au plus : faites plusieurs envois."))
    keys = []
    for number, line in enumerate(lines, start=1):
        meant = addresses_meant(line)
        if len(meant) != 1:
            why = _("plusieurs adresses se ressemblent") if meant else _("cette adresse est inconnue")
            said = _("Ligne %(number)d, « %(line)s » : %(why)s. Écrivez le numéro, la rue et la ville.")
            raise InvalidParameter("addresses", said % {"number": number, "line": line[:80], "why": why})
        keys.append(meant[0].key)
    return list(dict.fromkeys(keys))
