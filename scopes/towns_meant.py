"""Which town of ours a line of a landlord's file means, by its name and its postcode."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from geo.codes import POSTCODE
from geo.models import Building, Municipality, Toponym
from geo.wording import comparable, plain, written_out
from scopes.written_addresses import town_itself

#: Likeness (0 to 100) from which a name that no town bears is one of ours misspelt.
LIKE = 80


@dataclass(frozen=True, slots=True)
class TownMeant:
    """The town, or why there is none; a doubt where it was not written so."""

    municipality: Municipality | None = None
    doubt: str = ""
    refusal: str = ""


class Towns:
    """The towns whose buildings are loaded; asked about a file, then thrown away."""

    def __init__(self) -> None:
        built = Building.objects.open().filter(municipality=OuterRef("pk"))
        loaded = Municipality.objects.open().filter(Exists(built)).defer("boundary", "location")
        self._by_pk = {town.pk: town for town in loaded}
        self._named: dict[str, list[Municipality]] = {}
        for town in self._by_pk.values():
            self._named.setdefault(_written(town.name), []).append(town)
        self.meant = cache(self._meant)

    def _meant(self, name: str, postcode: str) -> TownMeant:
        """Return the town that a name and a postcode mean; either may be empty."""
        if POSTCODE.fullmatch(plain(name)) and not POSTCODE.fullmatch(postcode):
            meant = self._meant(postcode, plain(name))
            return meant if meant.refusal else TownMeant(meant.municipality, _("code postal et ville échangés"))
        name, postcode = town_itself(name), postcode.strip()
        return self._by_name(name, postcode) if name else self._by_postcode(postcode)

    def at_the_end_of(self, street: str) -> tuple[str, str]:
        """Return the street and the town of ours written after it, empty where there is none.

        >>> Towns().at_the_end_of("rue Haute, Nantes")
        ("rue haute", "nantes")
        """
        words = plain(street).split()
        for rank in range(1, len(words)):
            if _written(" ".join(words[rank:])) in self._named:
                return " ".join(words[:rank]), " ".join(words[rank:])
        return street, ""

    def _by_name(self, name: str, postcode: str) -> TownMeant:
        named = self._named.get(_written(name), [])
        if not named:
            return self._by_another_name(name, postcode)
        fitting = [town for town in named if postcode in town.postcodes]
        if len(fitting) == 1:
            return TownMeant(fitting[0])
        if postcode and named[0].postcodes:
            told = {"postcode": postcode, "town": named[0].name}
            return TownMeant(named[0], _("%(postcode)s n’est pas un code postal de %(town)s") % told)
        if Municipality.objects.open().filter(name__iexact=named[0].name).count() > 1:
            return TownMeant(named[0], _("plusieurs communes s’appellent %(town)s") % {"town": named[0].name})
        return TownMeant(named[0])

    def _by_another_name(self, name: str, postcode: str) -> TownMeant:
        """A former name of one of ours, a town that is not ours, or one of ours misspelt."""
        known = self._towns_called(name)
        ours = [town for town in known if town.pk in self._by_pk]
        if known and not ours:
            return _not_loaded(known[0].name)
        if not ours:
            found = process.extractOne(_written(name), self._named.keys(), scorer=fuzz.ratio, score_cutoff=LIKE)
            ours = self._named[found[0]] if found else []
        if ours:
            return TownMeant(ours[0], _("la ville s’écrit autrement : %(town)s") % {"town": ours[0].name})
        meant = self._by_postcode(postcode) if postcode else TownMeant()
        if meant.municipality is None:
            return TownMeant(refusal=_("commune inconnue : « %(town)s »") % {"town": name})
        told = {"town": name, "meant": meant.municipality.name}
        return TownMeant(
            meant.municipality, _("commune inconnue : « %(town)s », lue %(meant)s par son code postal") % told
        )

    def _by_postcode(self, postcode: str) -> TownMeant:
        if not POSTCODE.fullmatch(postcode):
            return TownMeant(refusal=_("ni ville ni code postal"))
        towns = Municipality.objects.open().filter(postcodes__contains=[postcode]).order_by("-population", "name")
        towns = list(towns.defer("boundary", "location"))
        ours = [town for town in towns if town.pk in self._by_pk]
        if not ours:
            return _not_loaded(towns[0].name if towns else postcode)
        several = _("plusieurs communes ont ce code postal") if len(towns) > 1 else ""
        return TownMeant(ours[0], several)

    def _towns_called(self, name: str) -> list[Municipality]:
        """Towns of this very name, former names included, ours or not."""
        towns = Toponym.objects.filter(kind=Toponym.Kind.MUNICIPALITY, normalised__startswith=comparable(name))
        named = towns.select_related("municipality").defer("municipality__boundary", "municipality__location")[:50]
        return [toponym.municipality for toponym in named if _written(toponym.name) == _written(name)]


def _written(name: str) -> str:
    """A town's name written out: "St-Herblain" as "saint herblain"; only words after the first are."""
    return written_out(f"ville {name}")


def _not_loaded(town: str) -> TownMeant:
    return TownMeant(refusal=_("les immeubles de %(town)s ne sont pas sur notre carte") % {"town": town})
