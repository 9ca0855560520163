"""Brings the public cells of towns up to date when their buildings change; who lives there plays no part."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef

from geo.activation import take_turns
from geo.cell_locating import locate_cells
from geo.cell_surroundings import find_surroundings
from geo.cell_writing import write_cells
from geo.home_sums import add_up_homes
from geo.houses import keep_houses
from geo.models import Building, PublicCell, Residence
from geo.public_cells import homes_of, inherited, nearest_town, towns_together, towns_without_cells
from geo.reach_cells import unite_into_reach_cells
from geo.settling import Settled
from geo.voisinage import pair_cells


def keep_public_cells(settled: Settled) -> None:
    """Keep the cells of the municipalities that changed."""
    keep_cells(municipalities=settled.municipality_ids)


@transaction.atomic
def keep_cells(*, municipalities: list[int]) -> None:
    """Give a cell to what has none in these towns, and unite the cells that break the rule.

    A town too small for a cell joins those of the nearest town of its department; it waits where there is none yet.
    """
    take_turns()
    kept: set[int] = set()
    for town in municipalities:
        if town not in kept:
            kept.update(_keep_town(town))
    for town in towns_without_cells(near=municipalities):
        if town not in kept:
            kept.update(_keep_town(town))
    towns = sorted(kept)
    find_surroundings(municipalities=towns)
    keep_houses(municipalities=towns)
    pair_cells(municipalities=towns)
    unite_into_reach_cells(municipalities=towns)
    add_up_homes(municipalities=towns)


def place_public_cells(settled: Settled) -> None:
    """Place the cells of the municipalities whose streets, limits or quarters changed."""
    place_cells(municipalities=settled.municipality_ids)


@transaction.atomic
def place_cells(*, municipalities: list[int]) -> None:
    """Keep the points of the cells of these towns on a street of their circle, and find anew what lies around them."""
    take_turns()
    cells = PublicCell.objects.standing().filter(municipality__in=municipalities)
    towns = list(cells.order_by("municipality").values_list("municipality", flat=True).distinct())
    moved = [town for town in towns if locate_cells(municipalities=[town])]
    find_surroundings(municipalities=towns)
    keep_houses(municipalities=moved)
    pair_cells(municipalities=moved)
    unite_into_reach_cells(municipalities=moved)
    add_up_homes(municipalities=moved)


def _keep_town(town: int) -> list[int]:
    """Keep the cells of a town and of those it shares cells with; return these towns."""
    unions = _inherit(town)
    towns = towns_together([town, *_towns_of(cell for pair in unions for cell in pair)])
    while True:
        homes = homes_of(towns)
        if not homes.main_residences.any():
            _empty(towns)
            return towns
        kept = homes.kept(unions=unions, emptied=_emptied(towns))
        own = kept.groups[homes.municipality_ids == town].tolist()
        neighbour = None if kept.sound.intersection(own) else nearest_town(towns)
        if neighbour is None:
            break
        towns = towns_together([*towns, neighbour])
    changed = write_cells(homes=homes, kept=kept)
    _empty(towns)
    locate_cells(municipalities=towns, redrawn=changed, united=set(kept.united.values()))
    return towns


def _inherit(town: int) -> list[tuple[int, int]]:
    """Give the buildings that replace others their cell; return the pairs of cells that are united by one of them."""
    unions, heirs = [], []
    for building, cells in inherited([town]):
        heirs.append(Building(pk=building, public_cell_id=cells[0]))
        unions += [(cells[0], other) for other in cells[1:]]
    Building.objects.bulk_update(heirs, ["public_cell"], batch_size=1000)
    return unions


def _towns_of(cells: Iterable[int]) -> list[int]:
    """Towns that have buildings in these cells."""
    return list(Building.objects.filter(public_cell__in=set(cells)).values_list("municipality", flat=True).distinct())


def _emptied(towns: list[int]) -> dict[int, tuple[float, float]]:
    """Places, in degrees, of the standing cells of these towns in which nothing stands any more."""
    buildings = Building.objects.open().filter(public_cell=OuterRef("pk"))
    residences = Residence.objects.open().of_buildings().filter(public_cell=OuterRef("pk"))
    cells = PublicCell.objects.standing().filter(~Exists(buildings), ~Exists(residences), municipality__in=towns)
    return {cell: location.coords for cell, location in cells.values_list("pk", "location")}


def _empty(towns: list[int]) -> None:
    """Write that nobody lives in the cells that were emptied and found no other to be united with."""
    cells = PublicCell.objects.filter(pk__in=_emptied(towns))
    cells.update(dwellings=0, main_residences=0, largest_share=1, estimated=False)
