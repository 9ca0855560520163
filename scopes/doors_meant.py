"""Which residences one address of a landlord's file leads to, how surely, and what leaves a doubt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cache

from django.contrib.gis.db.models.functions import Distance
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from geo.front_doors import AROUND_A_DOOR, addresses_meant, residences_at
from geo.models import Address, Building, Municipality, Residence
from geo.street_spellings import StreetMeant, Streets
from scopes.towns_meant import TownMeant, Towns
from scopes.written_addresses import WrittenAddress, numbers_between, taken_apart

#: What a likeness (0 to 1) is multiplied by: the town, the number or the map is in doubt, or the door is not its own.
TOWN_IN_DOUBT, NUMBER_IN_DOUBT, MAP_IN_DOUBT, AROUND = 0.9, 0.8, 0.9, 0.5
#: House numbers of one range.
MOST_NUMBERS = 60


@dataclass(frozen=True, slots=True)
class Destination:
    """Where an address leads."""

    #: Residences with how likely they are (0 to 1), the likeliest first.
    residences: dict[Residence, float]
    #: Why a person has to look; nothing can lift these.
    doubts: tuple[str, ...] = ()
    #: Doubts of the map itself, which an equal number of dwellings lifts.
    slight_doubts: tuple[str, ...] = ()
    #: The residences on which its doors open.
    own: frozenset[Residence] = frozenset()
    #: Dwellings of the others round its doors, by the key of the table, known or not.
    neighbours: dict[int, int | None] = field(default_factory=dict)
    #: The same of all that have an address on its streets: a mistaken number leads to one of them.
    on_street: dict[int, int | None] = field(default_factory=dict)


class Doors:
    """Looks addresses up; asked about a file, then thrown away."""

    def __init__(self) -> None:
        self._towns = Towns()
        self._streets = cache(Streets)
        self._nearest_home = cache(_nearest_home)
        self._on_the_street = cache(_on_the_street)
        self.around = cache(residences_at)

    def led(self, text: str, *, postcode: str, town: str) -> Destination:
        """Return where an address leads, with the postcode and town that its line gives beside it."""
        written = taken_apart(text)
        written, meant, doubts = self._in_town(written, postcode=postcode, town=town)
        if not meant.municipality:
            told = written.town or written.postcode
            return Destination({}, (meant.refusal,)) if told else self._anywhere(written)
        if not written.numbers:
            return Destination({}, (*doubts, _("il manque le numéro dans la rue")))
        streets = self._streets_meant(meant.municipality, written)
        found = [self._on_street(meant.municipality, street, written) for street in streets]
        if not found:
            return Destination({}, (*doubts, _("rue inconnue : « %(street)s »") % {"street": written.street}))
        likely = _united([led for led in found if led.residences] or found[:1])
        less = TOWN_IN_DOUBT if doubts else 1.0
        likeliness = {residence: round(score * less, 2) for residence, score in likely.residences.items()}
        return replace(likely, residences=likeliness, doubts=tuple(filter(None, (*doubts, *likely.doubts))))

    def _in_town(
        self, written: WrittenAddress, *, postcode: str, town: str
    ) -> tuple[WrittenAddress, TownMeant, list[str]]:
        """The address with its town: what stands in the address itself first, then beside it."""
        doubts = []
        beside = self._towns.meant(town, postcode)
        own = self._towns.meant(written.town, written.postcode) if written.town or written.postcode else beside
        if beside is not own and (town or postcode) and own.municipality != beside.municipality:
            doubts.append(_("l’adresse et la colonne disent deux villes"))
        elif written.postcode and postcode.strip() not in ("", written.postcode, written.town):
            doubts.append(_("l’adresse et la colonne disent deux codes postaux"))
        if not (written.town or written.postcode or town or postcode):
            street, last = self._towns.at_the_end_of(written.street)
            own = self._towns.meant(last, "") if last else own
            written = replace(written, street=street, town=last)
        else:
            written = replace(written, town=written.town or town, postcode=written.postcode or postcode.strip())
        return written, own, [doubt for doubt in (*doubts, own.doubt) if doubt]

    def _streets_meant(self, municipality: Municipality, written: WrittenAddress) -> list[StreetMeant]:
        """The streets meant; the town written once more after the street is left out unless the street is so named."""
        streets = self._streets(municipality)
        whole = streets.meant(written.street)
        if whole and whole[0].score == 1:
            return whole
        street, last = self._towns.at_the_end_of(written.street)
        if last and self._towns.meant(last, "").municipality == municipality:
            return streets.meant(street) or whole
        return whole

    def _on_street(self, municipality: Municipality, street: StreetMeant, written: WrittenAddress) -> Destination:
        """Where the numbers of the address lead on this street: all of them, one after the other."""
        numbers = written.numbers
        if written.ranged:
            between = numbers_between(numbers[0][0], numbers[-1][0])
            if len(between) > MOST_NUMBERS:
                return Destination({}, (_("trop de numéros : donnez-les"),))
            numbers = (numbers[0], *((one, "") for one in between[1:-1]), numbers[-1])
        ends = (numbers[0], numbers[-1])
        led = [self._at_number(municipality, street, number, suffix, written.postcode) for number, suffix in numbers]
        if written.ranged:  # only its ends are said to exist
            led = [one for number, one in zip(numbers, led, strict=True) if one.residences or number in ends]
        doubts = [*_street_doubts(street)]
        if written.ranged:
            doubts.append(_("« %(numbers)s » : vérifiez quels numéros") % {"numbers": written.text})
        if not written.clear:
            doubts.append(_("lu sans « %(before)s »") % {"before": written.before})
        united = _united(led)
        likeliness = {residence: round(score * street.score, 2) for residence, score in united.residences.items()}
        on_street = self._on_the_street(municipality, street.names)
        return replace(united, residences=likeliness, doubts=(*doubts, *united.doubts), on_street=on_street)

    def _at_number(
        self, municipality: Municipality, street: StreetMeant, number: int, suffix: str, postcode: str
    ) -> Destination:
        """Where one house number leads."""
        doors, doubts = _doors(municipality, street.names, number, suffix, postcode)
        if not doors:
            return Destination({}, tuple(doubts))
        likely = NUMBER_IN_DOUBT if doubts else 1.0
        own = {door.building.residence for door in doors if _opens_on_residence(door)}
        around = dict.fromkeys(residence for door in doors for residence in self.around(door))
        around = {residence: AROUND * likely for residence in around}
        if not own:
            doubts.append(_("aucun immeuble à cette porte"))
            return Destination(around, tuple(doubts))
        if len(own) > 1:
            doubts.append(_("deux résidences à cette adresse"))
        slight = []
        homes = {home.pk for home in own}
        neighbours = [one for door in doors for one in _round_the_door(door) if one[0] not in homes]
        if any(door.interpolated for door in doors):
            slight.append(_("ce numéro est placé le long de la voie, à quelques mètres près : vérifiez l’immeuble"))
        elif any(self._nearest_home(pk) in homes for pk, _dwellings, addressed in neighbours if not addressed):
            slight.append(_("une autre résidence, sans adresse connue, est à cette porte"))
        first = dict.fromkeys(
            sorted(own, key=lambda residence: residence.key), likely * (MAP_IN_DOUBT if slight else 1)
        )
        counted = {pk: dwellings for pk, dwellings, _addressed in neighbours}
        return Destination({**around, **first}, tuple(doubts), tuple(slight), frozenset(own), counted)

    def _anywhere(self, written: WrittenAddress) -> Destination:
        """What the search of places makes of an address without a town."""
        doubt = _("ni ville ni code postal")
        for address in addresses_meant(written.text):
            if _opens_on_residence(address):
                meant = _("lu comme « %(address)s, %(town)s »") % {
                    "address": address,
                    "town": address.municipality.name,
                }
                return Destination(dict.fromkeys(self.around(address), AROUND), (doubt, meant))
        return Destination({}, (doubt,))


def _doors(
    municipality: Municipality, streets: Iterable[str], number: int, suffix: str, postcode: str
) -> tuple[list[Address], list[str]]:
    """The doors of a number, those of this suffix and postcode where there are any; and what is in doubt of them."""
    found = Address.objects.open().filter(municipality=municipality, street_name__in=streets, number=number)
    found = found.select_related("building__residence", "municipality").defer(
        "building__footprint", "municipality__boundary", "municipality__location"
    )
    doors = list(found.order_by("key"))
    told = f"{number} {suffix}".strip()
    if not doors:
        return [], [_("numéro introuvable dans cette rue : %(number)s") % {"number": told}]
    doubts = []
    same = [door for door in doors if door.suffix.lower() == suffix]
    if not same:
        written = ", ".join(sorted({f"{door.number} {door.suffix}".strip() for door in doors}))
        doubts.append(
            _("le numéro s’écrit autrement : %(written)s, et non %(number)s") % {"written": written, "number": told}
        )
    doors = same or doors
    if postcode and all(door.postcode for door in doors):
        fitting = [door for door in doors if door.postcode == postcode]
        if not fitting:
            doubts.append(_("code postal sur la carte : %(postcode)s") % {"postcode": doors[0].postcode})
        doors = fitting or doors
    return doors, doubts


def _opens_on_residence(door: Address) -> bool:
    building = door.building
    return bool(building and not building.closed_on and building.residence and not building.residence.closed_on)


def _round_the_door(door: Address) -> list[tuple[int, int | None, bool]]:
    """Keys of the inhabited residences round a door, with their dwellings and whether any address is theirs."""
    buildings = Building.objects.open().filter(location__dwithin=(door.location, AROUND_A_DOOR), dwellings__gt=0)
    addressed = Address.objects.open().filter(building__residence=OuterRef("pk"))
    residences = Residence.objects.open().filter(pk__in=buildings.values("residence"))
    return list(residences.annotate(addressed=Exists(addressed)).values_list("pk", "dwellings", "addressed"))


def _nearest_home(residence_id: int) -> int | None:
    """The residence whose door is the nearest to one without an address: people enter it by there."""
    where = Residence.objects.values_list("location", flat=True).get(pk=residence_id)
    near = Address.objects.open().filter(location__dwithin=(where, AROUND_A_DOOR), building__residence__isnull=False)
    return near.order_by(Distance("location", where)).values_list("building__residence", flat=True).first()


def _on_the_street(municipality: Municipality, names: tuple[str, ...]) -> dict[int, int | None]:
    """Keys of the residences with an address on a street, with their dwellings."""
    doors = Address.objects.open().filter(municipality=municipality, street_name__in=names)
    homes = doors.filter(building__closed_on=None, building__residence__in=Residence.objects.open())
    return dict(homes.values_list("building__residence", "building__residence__dwellings").distinct())


def _street_doubts(street: StreetMeant) -> list[str]:
    if street.exact:
        return []
    told = {"streets": ", ".join(f"« {name} »" for name in street.names)}
    return [
        ngettext(
            "la rue s’écrit autrement : %(streets)s", "deux rues s’écrivent ainsi : %(streets)s", len(street.names)
        )
        % told
    ]


def _united(found: list[Destination]) -> Destination:
    """Several in one: a residence is as likely as the likeliest way to it."""
    residences: dict[Residence, float] = {}
    for led in found:
        for residence, score in led.residences.items():
            residences[residence] = max(score, residences.get(residence, 0.0))
    return Destination(
        dict(sorted(residences.items(), key=lambda one: -one[1])),
        tuple(dict.fromkeys(doubt for led in found for doubt in led.doubts)),
        tuple(dict.fromkeys(doubt for led in found for doubt in led.slight_doubts)),
        frozenset().union(*(led.own for led in found)),
        {pk: dwellings for led in found for pk, dwellings in led.neighbours.items()},
        {pk: dwellings for led in found for pk, dwellings in led.on_street.items()},
    )
