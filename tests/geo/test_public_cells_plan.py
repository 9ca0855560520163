"""The statements about cells read what they name by an index; what a request asks of cells is never spatial."""

import re

import pytest
from django.db import connection

from geo import cell_surroundings, houses, public_cells
from geo.models import CellBorder, CellContainment, PublicCell, Residence, VoisinagePair

pytestmark = [pytest.mark.django_db, pytest.mark.plan]


def plan_of(statement: str, parameters: dict | tuple = ()) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE geo_building, geo_residence, geo_boundarypart, geo_neighbourhood, geo_publiccell, geo_cellborder,"
            " geo_cellcontainment, geo_voisinagepair"
        )
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {statement}", parameters)
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.mark.parametrize(
    "statement, index",
    [
        (public_cells.INHERITED, "geo_building_footprint_"),
        (public_cells.HOMES, "geo_building_residence_id_"),
        (public_cells.TOGETHER, "geo_building_public_cell_id_"),
        (public_cells.NEAREST_TOWN, "geo_residence_location_"),
        (cell_surroundings.CONTAIN, "geo_boundarypart_division_"),
        (cell_surroundings.BORDERS, "geo_boundarypart_division_"),
        (houses.COUNT_SMALL, "geo_building_public_cell_id_"),
    ],
)
def test_steps_after_activation_read_by_index(toy_town, statement, index):
    parameters = {
        "municipalities": [toy_town.municipality.pk],
        "reach": 10_000,
        "usual": 0.8,
        "border": 150,
        "smallest": 3,
    }
    assert index in plan_of(statement, parameters)


@pytest.mark.parametrize(
    "asked, index",
    [
        (lambda cell: PublicCell.objects.in_voisinage_of([cell]).values("pk"), "one_pair_of_cells"),
        (lambda cell: PublicCell.objects.standing_for([cell]).values("pk"), "geo_publiccell_pkey"),
        (lambda cell: VoisinagePair.objects.filter(cell=cell).values("other"), "one_pair_of_cells"),
        (lambda cell: CellBorder.objects.filter(cell=cell).values("neighbourhood"), "one_border_of_a_cell"),
        (
            lambda cell: CellContainment.objects.filter(cell=cell, kind="quartier").values("neighbourhood"),
            "one_neighbourhood_of_a_cell_and_kind",
        ),
        # Both indexes begin with the cell: which is cheaper depends on what statistics happen to say of a small town.
        (
            lambda cell: Residence.objects.open().filter(houses_of=cell),
            "geo_residence_houses_of_id_|one_circle_of_the_houses_of_a_cell",
        ),
        (lambda cell: Residence.objects.open().filter(public_cell=cell), "geo_residence_public_cell_id_"),
    ],
)
def test_what_a_request_asks_is_read_by_number(toy_town, asked, index):
    cell = PublicCell.objects.standing().first().pk
    plan = plan_of(*asked(cell).query.sql_with_params())
    assert re.search(index, plan)
    assert not re.search(r"(?i)st_|&&|gist|Seq Scan", plan)
