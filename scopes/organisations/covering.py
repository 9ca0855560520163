"""What a mandate covers: the residences that it names, or the public cells whose point lies in its area.

A mandate by residences looks at the home, one by area at the cell (design.md, section 3, law 3): nothing here asks
whether anyone lives there, but for who is to be told.
"""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.gis.db.models import Union
from django.contrib.gis.geos import GeometryCollection, MultiPolygon, Point
from django.db.models import Exists, OuterRef, Q, QuerySet

from geo.catchments import around_cells, cells_covered
from geo.models import WGS84, CellContainment, Neighbourhood, PublicCell, Residence
from geo.querysets import PublicCellQuerySet, ResidenceQuerySet
from geo.successions import residences_before
from scopes.homes import Membership, MembershipQuerySet
from scopes.organisation_models import Mandate, MandatedResidence, MandateQuerySet

TOWN, QUARTERS, DRAWING = Mandate.Over.TOWN, Mandate.Over.QUARTERS, Mandate.Over.DRAWING


def cells_under(mandate: Mandate) -> PublicCellQuerySet:
    """Return the public cells of an area; none for a mandate that names residences."""
    cells = PublicCell.objects.sound()
    if mandate.over == TOWN:
        return cells.filter(municipality=mandate.municipality_id)
    if mandate.over == QUARTERS:
        quarters = list(mandate.neighbourhoods.values_list("pk", flat=True))  # a set within a set is joined row by row
        inside = CellContainment.objects.filter(neighbourhood__in=quarters)
        return cells.filter(pk__in=inside.values("cell"))
    return cells_covered(mandate.area) if mandate.over == DRAWING else cells.none()


def residences_under(mandate: Mandate) -> ResidenceQuerySet:
    """Return the residences of today that may be written to: those that are named, or those of the cells.

    One that a merge joined to others may be a week after their residents were told.
    """
    if not mandate.is_by_area:
        return Residence.objects.open().filter(pk__in=mandate.mandated.told().values("residence"))
    return Residence.objects.mandatable().filter(public_cell__in=cells_under(mandate).values("pk"))


def named_today() -> QuerySet[MandatedResidence]:
    """Return the residences of today that mandates name, with the entrances that are meant."""
    return MandatedResidence.objects.filter(residence__closed_on__isnull=True)


def area_under(mandate: Mandate) -> MultiPolygon | None:
    """Return the area itself; nothing for a mandate that names residences."""
    if mandate.over == TOWN:
        return mandate.municipality.boundary or around_cells(cells_under(mandate)).area
    if mandate.over == QUARTERS:
        return boundary_of(mandate.neighbourhoods.open())
    return mandate.area


def boundary_of(neighbourhoods: QuerySet[Neighbourhood]) -> MultiPolygon:
    """Return quarters as one area; an empty one for none."""
    return only_areas(neighbourhoods.aggregate(area=Union("boundary"))["area"])


def only_areas(shape) -> MultiPolygon:
    """Return the areas of a shape, without the lines and points in which two areas touch."""
    if shape is None or shape.empty:
        return MultiPolygon(srid=WGS84)
    if isinstance(shape, MultiPolygon):
        return shape
    parts = list(shape) if isinstance(shape, GeometryCollection) else [shape]
    areas = [area for part in parts if part.dims == 2 for area in (part if isinstance(part, MultiPolygon) else [part])]
    return MultiPolygon(*areas, srid=WGS84)


def members_under(mandate: Mandate) -> MembershipQuerySet:
    """Return those who are told of a mandate: members of its residences, or whose public cell it covers."""
    current = Membership.objects.current()
    if not mandate.is_by_area:
        return current.filter(residence__in=mandate.mandated.values("residence"))
    return current.of_cells(cells_under(mandate))


def members_joined(mandated: Collection[MandatedResidence]) -> MembershipQuerySet:
    """Return those whom merges joined to homes of a mandate: they moved along, or stay in what was merged.

    Not those of residences that the mandate named otherwise: they were told with it.
    """
    named = MandatedResidence.objects.filter(mandate__in={one.mandate_id for one in mandated})
    named = named.exclude(pk__in=[one.pk for one in mandated]).values_list("residence", flat=True)
    made = {one.residence_id for one in mandated}
    return Membership.objects.current().filter(residence__in=made | residences_before(made, but=set(named)))


def mandates_on(*, residences: Collection[int], cell: PublicCell | None) -> MandateQuerySet:
    """Return the mandates on residences (numbers), and those by area on a cell as it stands today; over or not."""
    named = MandatedResidence.objects.filter(mandate=OuterRef("pk"), residence__in=residences)
    covering = Q(Exists(named))
    if cell:
        quarters = Mandate.neighbourhoods.through.objects.filter(
            mandate=OuterRef("pk"), neighbourhood__in=cell.containments.values("neighbourhood")
        )
        place = Point(*cell.location.coords, srid=WGS84)
        covering |= Q(over=TOWN, municipality=cell.municipality_id) | Q(Exists(quarters), over=QUARTERS)
        covering |= Q(over=DRAWING, area__covers=place)
    return Mandate.objects.filter(covering)


def mandates_over(home: Membership) -> MandateQuerySet:
    """Return the mandates under which something may reach a home."""
    cell = home.alias.cell
    return mandates_on(residences=[home.residence_id], cell=cell.merged_into or cell)
