"""A village of cells in a row, 400 m apart, in two quarters: who is in which circle is read off the row.

    cells        0    1    2  |  3    4    5        (the bar is the limit of the quarters, 100 m east of cell 2)
    residences   A B  C    D     E    F    house

Cells that touch are in one voisinage. The limit is near cell 2 only: cell 3 lies 300 m east of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from django.contrib.gis.geos import MultiPolygon, Point

from directory.models import Category, Listing, Post
from geo.models import (
    CellBorder,
    CellContainment,
    Municipality,
    Neighbourhood,
    PublicCell,
    Residence,
    VoisinagePair,
)
from scopes import second_lock
from scopes.models import Level, Membership, Openness
from tests.directory.around import at, box, make_quarter, make_town
from tests.directory.riding import make_squares

SPACING = 400
LIMIT = 2 * SPACING + 100


@dataclass
class Village:
    """Two quarters of three cells each, and the town next to them."""

    town: Municipality
    west: Neighbourhood
    east: Neighbourhood
    cells: list[PublicCell]
    residences: dict[str, Residence] = field(default_factory=dict)

    def post(self, membership: Membership, *, level: str, openness: str = Openness.MEMBERS, **columns) -> Post:
        """Write a word as `membership` would, straight into the tables; the title is its level."""
        cell = membership.alias.cell
        quarter = cell.containments.get().neighbourhood
        inside = membership.residence if level == Level.RESIDENCE else None
        published_at = columns.pop("published_at", None)
        with second_lock.opened([membership.residence_id]):
            word = Post.objects.create(
                **{"kind": "post", "category": Category.objects.get(code="word"), "author": membership.alias},
                **{"level": level, "openness": openness, "cell": cell, "municipality": self.town},
                **{"residence": inside, "space": inside, "insee_code": self.town.insee_code},
                **{"department": self.town.department, "title": str(level), "neighbourhood": quarter} | columns,
            )
            if published_at:
                Post.objects.filter(pk=word.pk).update(published_at=published_at)
            return word

    @staticmethod
    def zone(east: float, north: float, metres: float) -> MultiPolygon:
        """A square around a point, in metres from cell 0."""
        return MultiPolygon(box(east - metres, north - metres, east + metres, north + metres))


def make_village() -> Village:
    """Build the village in the database."""
    whole = box(-300, -500, 5 * SPACING + 300, 500)
    town = make_town("Enfilade", "44109", whole, circle_kind="quartier")
    west = make_quarter(town, "Ouest", box(-300, -500, LIMIT, 500))
    east = make_quarter(town, "Est", box(LIMIT, -500, 5 * SPACING + 300, 500))
    cells = PublicCell.objects.bulk_create(_cell(town, number) for number in range(6))
    CellContainment.objects.bulk_create(
        CellContainment(cell=cell, neighbourhood=west if number < 3 else east, kind="quartier")
        for number, cell in enumerate(cells)
    )
    VoisinagePair.objects.bulk_create(
        VoisinagePair(cell=cell, other=other)
        for number, cell in enumerate(cells)
        for other in cells[max(0, number - 1) : number + 2]
    )
    CellBorder.objects.create(cell=cells[2], neighbourhood=east)
    where = {"A": 0, "B": 0, "C": 1, "D": 2, "E": 3, "F": 4, "house": 5}
    residences = Residence.objects.bulk_create(
        Residence(
            **{"key": f"residence:{name}", "municipality": town, "location": Point(*at(number * SPACING, 20))},
            **{"dwellings": 1 if name == "house" else 12, "public_cell": cells[number]},
        )
        for name, number in where.items()
    )
    make_squares(town)
    return Village(town, west, east, cells, dict(zip(where, residences, strict=True)))


def _cell(town: Municipality, number: int) -> PublicCell:
    x = number * SPACING
    return PublicCell(
        **{"municipality": town, "location": Point(*at(x, 0)), "dwellings": 60, "main_residences": 54},
        area=MultiPolygon(box(x - 60, -60, x + 60, 60)),
        largest_share=0.2,
    )


def titles(listings) -> set[str]:
    """Titles of what was found."""
    return set(listings.values_list("title", flat=True))


def everything() -> list[Listing]:
    """Every listing, residences opened."""
    with second_lock.opened(Residence.objects.values_list("pk", flat=True)):
        return list(Listing.objects.all())
