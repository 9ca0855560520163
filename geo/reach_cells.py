"""Unites public cells, for life, into reach cells of at least 300 dwellings: what counts of homes are sums of."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from django.db.models import OuterRef, Q, QuerySet, Subquery

from geo.lifelong import NONE, Kept, Units, keep
from geo.models import CellContainment, Municipality, PublicCell, ReachCell
from geo.partition import Rule, exact
from geo.plane import Plane
from geo.public_cells import nearest_town

#: Dwellings: enough that a count of homes connected says little of any of them (docs/adr/0007).
RULE = Rule(least=300)


def unite_into_reach_cells(*, municipalities: list[int]) -> None:
    """Give a reach cell to the public cells of these towns that have none, and unite those that became too small.

    A town of fewer than 300 dwellings shares one with the nearest town of its department; until there is one, nothing
    is counted there.
    """
    done: set[int] = set()
    for town in (*municipalities, *_waiting(near=municipalities)):
        if town not in done:
            done.update(_unite_town(town))


def _waiting(*, near: Iterable[int]) -> list[int]:
    """Towns, of the departments of these, whose cells had no reach cell so far."""
    departments = Municipality.objects.filter(pk__in=near).values("department")
    cells = PublicCell.objects.standing().filter(reach_cell=None, municipality__department__in=departments)
    return list(cells.order_by("municipality").values_list("municipality", flat=True).distinct())


def _unite_town(town: int) -> list[int]:
    """Unite the cells of a town and of those it shares reach cells with; return these towns."""
    towns = _together([town])
    while True:
        cells = list(_cells(towns))
        if not cells:
            return towns
        kept = _kept(cells)
        own = {group for cell, group in zip(cells, kept.groups.tolist(), strict=True) if cell.municipality_id == town}
        neighbour = None if not own or own & kept.sound else nearest_town(towns)
        if neighbour is None:
            break
        towns = _together([*towns, neighbour])
    _write(cells, kept)
    return towns


def _together(towns: list[int]) -> list[int]:
    """These towns and those that share a reach cell with them, directly or through others."""
    shared = PublicCell.objects.standing().filter(reach_cell__public_cells__municipality__in=towns)
    found = sorted({*towns, *shared.values_list("municipality", flat=True).distinct()})
    return found if found == sorted(towns) else _together(found)


def _cells(towns: Iterable[int]) -> QuerySet[PublicCell]:
    """Standing cells of these towns with the neighbourhood that is their circle."""
    circle = CellContainment.objects.filter(cell=OuterRef("pk"), kind=OuterRef("municipality__circle_kind"))
    cells = PublicCell.objects.standing().filter(municipality__in=towns).order_by("pk")
    return cells.annotate(circle=Subquery(circle.values("neighbourhood")[:1]))


def _kept(cells: list[PublicCell]) -> Kept:
    """Return the reach cell of each cell; cells that were united since bring theirs together."""
    reaches = {cell.pk: [cell.reach_cell_id] for cell in cells}
    absorbed = PublicCell.objects.filter(merged_into__in=reaches).order_by("pk")
    for into, reach in absorbed.values_list("merged_into", "reach_cell"):
        reaches[into].append(reach)
    told = [[reach for reach in reaches[cell.pk] if reach is not None] for cell in cells]
    degrees = np.array([cell.location.coords for cell in cells])
    units = Units(
        places=Plane.around(degrees).metres(degrees),
        weights=exact(np.array([cell.dwellings for cell in cells])),
        circles=np.array([cell.circle or -cell.municipality_id for cell in cells]),
        groups=np.array([reaches[0] if reaches else NONE for reaches in told]),
    )
    return keep(units, RULE, unions=[pair for reaches in told for pair in pairwise(reaches)])


def _write(cells: list[PublicCell], kept: Kept) -> None:
    """Write the reach cells, then which cells are in them."""
    members: dict[int, list[PublicCell]] = {}
    for cell, group in zip(cells, kept.groups.tolist(), strict=True):
        members.setdefault(group, []).append(cell)
    members.pop(NONE, None)
    rows = ReachCell.objects.in_bulk([group for group in members if group < kept.first_new])
    for group, united in members.items():
        rows.setdefault(group, ReachCell())
        _describe(rows[group], united)
        for cell in united:
            cell.reach_cell = rows[group]
    ReachCell.objects.bulk_update([row for row in rows.values() if row.pk], ["municipality", "location", "dwellings"])
    ReachCell.objects.bulk_create([row for row in rows.values() if row.pk is None])
    PublicCell.objects.bulk_update(cells, ["reach_cell"], batch_size=1000)
    PublicCell.objects.filter(merged_into__in=cells).update(reach_cell=None)
    for gone, stands in kept.united.items():
        ReachCell.objects.filter(Q(pk=gone) | Q(merged_into=gone)).update(merged_into=stands)


def _describe(row: ReachCell, cells: list[PublicCell]) -> None:
    """Fill a row: its centre stays the same point as long as one of its cells has it."""
    degrees = np.array([cell.location.coords for cell in cells])
    plane = Plane.around(degrees)
    weights = [cell.dwellings or 1 for cell in cells]
    centre = np.average(plane.metres(degrees), axis=0, weights=weights)
    middle = cells[np.hypot(*(plane.metres(degrees) - centre).T).argmin()]
    if row.location is None or row.location not in [cell.location for cell in cells]:
        row.location, row.municipality_id = middle.location, middle.municipality_id
    row.dwellings = sum(cell.dwellings for cell in cells)
