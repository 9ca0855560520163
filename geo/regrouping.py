"""Merges, splits and names residences as people say they are; releases leave alone what was decided here.

A residence that is made begins empty: whoever belongs to the old one stays there until they choose.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from uuid import uuid4

from django.contrib.gis.db.models.functions import Distance
from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from geo import activation
from geo.cell_keeping import keep_public_cells
from geo.containment import contain_residences
from geo.errors import InvalidParameter
from geo.models import Building, Municipality, Residence, ResidenceSuccession
from geo.settling import Settled
from geo.texts import one_line

#: Footprints of one residence: beyond, it is a quarter, and no circle of neighbours.
MOST_BUILDINGS = 60
LONGEST_NAME = 120


@transaction.atomic
def merge_residences(*, residences: Collection[Residence], name: str = "") -> Residence:
    """Make one new residence of several of one town; the old ones close. Raises `InvalidParameter`."""
    activation.take_turns()
    merged = _standing(residences)
    if len(merged) < 2:
        raise InvalidParameter("residences", _("Il faut au moins deux résidences à réunir."))
    if len({residence.municipality_id for residence in merged}) > 1:
        raise InvalidParameter("residences", _("Les résidences à réunir sont dans une même commune."))
    buildings = list(Building.objects.open().filter(residence__in=merged).order_by("key"))
    if len(buildings) > MOST_BUILDINGS:
        raise InvalidParameter("residences", _("Une résidence n’a pas autant de bâtiments."))
    made = _make(buildings, name=name)
    _succeed(merged, [made])
    return made


@transaction.atomic
def split_residence(*, residence: Residence, parts: Sequence[Collection[int]]) -> list[Residence]:
    """Make a new residence of each part, given by the ids of its buildings; the old one closes.

    Raises `InvalidParameter` unless the parts hold each building of the residence once, and none is empty.
    """
    activation.take_turns()
    (old,) = _standing([residence])
    buildings = Building.objects.open().filter(residence=old).in_bulk()
    told = sorted(number for part in parts for number in part)
    if len(parts) < 2 or not all(parts) or told != sorted(buildings):
        raise InvalidParameter("parts", _("Chaque bâtiment va dans une partie, et chaque partie en a au moins un."))
    made = [_make([buildings[number] for number in sorted(part)]) for part in parts]
    _succeed([old], made)
    return made


@transaction.atomic
def name_residence(*, residence: Residence, name: str) -> Residence:
    """Give a residence the name people use; an empty one takes it away. No release changes it."""
    (named,) = _standing([residence])
    named.name = one_line(name, parameter="name", shortest=0, longest=LONGEST_NAME)
    named.save(update_fields=["name"])
    return named


@transaction.atomic
def add_residence(*, municipality: Municipality, location: Point, dwellings: int, name: str = "") -> Residence:
    """Add a residence that no release knows, at a point inside the town; seen from the nearest cell.

    Raises `InvalidParameter` where the point lies outside, or too few dwellings are there for a circle.
    """
    if not Municipality.objects.covering(location).filter(pk=municipality.pk).exists():
        raise InvalidParameter("location", _("Ce point n’est pas dans la commune."))
    if dwellings < Residence.SMALLEST_CIRCLE:
        raise InvalidParameter("dwellings", _("Une résidence a trois logements au moins."))
    return Residence.objects.create(
        key=f"people:{uuid4()}",
        municipality=municipality,
        name=one_line(name, parameter="name", shortest=0, longest=LONGEST_NAME),
        dwellings=dwellings,
        location=location,
        public_cell_id=_nearest_cell(municipality.pk, location),
        decided=True,
    )


def bring_up_to_date(*, municipality_id: int) -> None:
    """Find anew the quarters and cells of a town whose residences people changed: once per change, apart from it."""
    settled = Settled("buildings", [municipality_id], added=0, changed=1, closed=0, unplaced=0)
    with transaction.atomic():
        activation.take_turns()
        contain_residences(settled)
        keep_public_cells(settled)


def _standing(residences: Collection[Residence]) -> list[Residence]:
    """Lock the residences, in the order of their ids; houses and closed ones cannot be changed."""
    ids = [residence.pk for residence in residences]
    locked = list(Residence.objects.open().of_buildings().select_for_update().filter(pk__in=ids).order_by("pk"))
    if not locked or len(locked) < len(set(ids)):
        raise InvalidParameter("residences", _("Cette résidence n’est plus sur la carte."))
    return locked


def _make(buildings: list[Building], *, name: str = "") -> Residence:
    """Make a residence of these buildings; seen from the cell of the largest."""
    largest = max(buildings, key=lambda building: (building.footprint.area, building.key))
    known = [building.dwellings for building in buildings if building.dwellings is not None]
    made = Residence.objects.create(
        key=f"people:{uuid4()}",
        municipality_id=largest.municipality_id,
        name=one_line(name, parameter="name", shortest=0, longest=LONGEST_NAME),
        dwellings=sum(known) if known else None,
        dwellings_estimated=any(building.dwellings_estimated for building in buildings),
        location=largest.location,
        public_cell_id=largest.residence.public_cell_id,
        decided=True,
    )
    Building.objects.filter(pk__in=[building.pk for building in buildings]).update(residence=made)
    return made


def _succeed(old: list[Residence], new: list[Residence]) -> None:
    """Close the old residences, and remember which ones follow."""
    today = timezone.localdate()
    Residence.objects.filter(pk__in=[residence.pk for residence in old]).update(closed_on=today)
    ResidenceSuccession.objects.bulk_create(
        ResidenceSuccession(before=before, after=after, on_day=today) for before in old for after in new
    )


def _nearest_cell(municipality_id: int, location: Point) -> int:
    """Return the cell of the nearest home of the town that has one."""
    homes = Residence.objects.open().filter(municipality=municipality_id, public_cell__isnull=False)
    nearest = homes.order_by(Distance("location", location)).values_list("public_cell", flat=True).first()
    if nearest is None:
        raise InvalidParameter("location", _("Trop peu de logements sont connus dans cette commune."))
    return nearest
