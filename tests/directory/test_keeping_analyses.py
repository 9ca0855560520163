"""Analyses that a town keeps: an address for good, what was found on which day, and who may keep one."""

from datetime import timedelta
from urllib.parse import parse_qs

import numpy as np
import pytest
import shapely
from django.contrib.gis.measure import D
from django.http import QueryDict
from django.utils import timezone

from directory import keeping_analyses, renewing_analyses
from directory.analysis_models import Analysis, AnalysisResult
from directory.coverage import CoverageRequest, cover
from directory.coverage_choices import SETS, as_address, code_of, read_choices, service_name
from directory.findings import Area, Buildings, findings_of
from directory.frozen_findings import freeze, pack, thaw
from directory.keeping_analyses import asked_today, dates_of, findings_on, keep, make_again, may_keep, take_back
from directory.models import Listing, SourceRecord
from directory.publishing import publish
from directory.tasks import renew_analyses
from geo.errors import InvalidParameter, NotFound
from geo.models import Building, FormerMunicipality, Neighbourhood, Release
from geo.pace import Pace
from scopes.errors import Refused
from scopes.models import Acting
from scopes.rights.erasing import erase
from tests.directory.measuring_coverage import make_area
from tests.geo.squares import make_square
from tests.jobs import run_jobs
from tests.neighbours import neighbour, person
from tests.scopes.entering import building, later
from tests.scopes.mandates import town_hall

pytestmark = pytest.mark.django_db
QUERY = "town=77998&service=bakery&within=500m"


@pytest.fixture
def town(toy_town):
    for x, y in ((500, 500), (1_500, 500)):
        publish(category="bakery", title="Levain", municipality=toy_town.municipality, location=toy_town.point(x, y))
    return toy_town


@pytest.fixture
def odile(town):
    """Who acts for the town hall."""
    account = person("Odile")
    town_hall(account, town.municipality)
    return account


def test_of_a_commune_that_was_merged_its_successor_keeps_the_analyses(town, odile):
    analysis, staff = keep(account=odile, query=QueryDict(QUERY)), person("Staff", is_staff=True)
    old = town.municipality
    new, nadia = town.neighbour, person("Nadia")
    town_hall(nadia, new)
    old.closed_on = timezone.localdate()
    old.save()
    assert may_keep(staff, old) and not may_keep(nadia, old)
    FormerMunicipality.objects.create(insee_code=old.insee_code, name=old.name, kind="succession", successor=new)
    assert may_keep(nadia, old)
    with pytest.raises(InvalidParameter, match="n’existe plus"):
        make_again(account=nadia, public_id=analysis.public_id)
    take_back(account=nadia, public_id=analysis.public_id)
    assert not Analysis.objects.shown().exists()


def found(town, **asked):
    asked = {"services": ("bakery",), "threshold": D(m=500), **asked}
    return findings_of(cover(CoverageRequest(town=town.municipality, **asked)))


def kept(account, query: str = QUERY) -> Analysis:
    return keep(account=account, query=QueryDict(query))


def on_another_day(account, analysis, days: int = 30) -> None:
    with later(timedelta(days=days)):
        make_again(account=account, public_id=analysis.public_id)


def test_findings_say_what_coverage_says(town):
    answer = cover(CoverageRequest(town=town.municipality, services=("bakery",), threshold=D(m=500)))
    told = findings_of(answer)
    assert told.whole == answer.whole and told.service == "bakery" and told.threshold == 500
    assert {kind: [row.homes for row in rows] for kind, rows in told.by.items()} == {
        "quartier": [row.homes for row in answer.by("quartier")]
    }
    assert [gap.homes for gap in told.gaps] == [gap.homes for gap in answer.gaps]
    assert told.scattered == told.whole.homes.missed - sum(gap.homes for gap in told.gaps)
    assert told.buildings.homes[told.buildings.served].sum() == told.whole.homes.served


def test_neighbours_still_touch_once_simplified(town):
    told = found(town)
    outlines = [told.outlines[area.key] for row in told.by["quartier"] for area in row.areas]
    together = shapely.union_all(outlines)
    whole = shapely.union_all([shapely.from_wkb(bytes(one.boundary.wkb)) for one in Neighbourhood.objects.all()])
    assert together.area == pytest.approx(sum(one.area for one in outlines), rel=1e-6)
    assert together.symmetric_difference(whole).area < whole.area * 1e-3


def test_what_it_was_made_from_is_named(town):
    Release.objects.filter(dataset="buildings").update(source="bdtopo", vintage="2025-06", licence="Licence Ouverte")
    listing = Listing.objects.filter(category__code="bakery").first()
    told = {"dataset": "77998", "key": "node/1", "digest": "", "attributes": {}, "licence": "ODbL"}
    SourceRecord.objects.create(source="osm", listing=listing, **told)
    named = {(one.dataset, one.source, one.vintage, one.licence) for one in found(town).sources}
    assert ("buildings", "bdtopo", "2025-06", "Licence Ouverte") in named and ("listings", "osm", "", "ODbL") in named
    assert "streets" not in {dataset for dataset, *_rest in named}
    assert "streets" in {one.dataset for one in found(town, pace=Pace.USUAL).sources}


@pytest.mark.parametrize(
    "asked", [{}, {"pace": Pace.SLOW, "services": SETS["every_day"][1]}, {"open_at": timezone.now()}]
)
def test_what_is_frozen_comes_back_the_same(town, asked):
    before = found(town, **asked)
    after = thaw(town.municipality, freeze(before), pack(before.buildings))
    assert freeze(after) == freeze(before)
    assert [row.homes for row in after.by["quartier"]] == [row.homes for row in before.by["quartier"]]
    assert after.whole.nearest == pytest.approx(before.whole.nearest, abs=0.1) or np.isinf(before.whole.nearest)
    for name in ("ids", "homes", "served"):
        assert np.array_equal(getattr(after.buildings, name), getattr(before.buildings, name))
    assert np.allclose(after.buildings.metres, before.buildings.metres, atol=0.01)
    assert all(isinstance(area, Area) for row in after.by["quartier"] for area in row.areas)
    assert all(gap.area.is_valid for gap in after.gaps)


def test_a_result_of_the_first_day_is_read(toy_town):
    """As it was written on 2026-12-01: what was added to findings since then is not in it."""
    square = [[[2.0, 49.0], [2.1, 49.0], [2.1, 49.1], [2.0, 49.0]]]
    row = {"areas": [], "homes": [12, 40], "people": None, "metres": [120.0, None]}
    told = {
        **{"service": "bakery", "threshold": 500.0, "pace": None, "open_at": None, "made_on": "2026-12-01"},
        **{"loaded": 9, "estimated_homes": 3, "straight_homes": 0, "whole": row},
        "by": [["quartier", [row | {"areas": [["77998/quartier/1", "1", "Nord"]]}]]],
        "outlines": {"77998/quartier/1": {"type": "Polygon", "coordinates": square}},
        "gaps": [[28, ["Rue des Acacias"], {"type": "Polygon", "coordinates": square}]],
        "sites": [[2.05, 49.05]],
        "corners": [[2.0, 49.0], [2.1, 49.1]],
        "sources": [["buildings", "bdtopo", "2025-06-15", "Licence Ouverte 2.0"]],
    }
    columns = {"ids": np.array([1]), "homes": np.array([40]), "metres": np.array([120.0]), "served": np.array([True])}
    read = thaw(toy_town.municipality, told, pack(Buildings(**columns)))
    assert read.whole.homes.percent == 30 and read.scattered == 0 and len(read.proposed) == 0
    assert set(told) <= set(freeze(read))


def test_people_come_back_with_whose_count_they_are_and_old_ones_without(town):
    Release.objects.filter(dataset="buildings").update(extent=town.municipality.boundary)
    make_area(town, "iris", "779980101", 0, 200)
    for y in range(0, 2_000, 200):
        make_square(town, 0, y, 90, imputed=y == 0)
    before = found(town)
    told = freeze(before)
    assert thaw(town.municipality, told, pack(before.buildings)).by["iris"][0].people == before.by["iris"][0].people
    assert before.by["iris"][0].people.homes_by_square > before.by["iris"][0].people.homes_imputed > 0
    for _kind, rows in told["by"]:
        for row in rows:
            row["people"] = row["people"] and row["people"][:2]
    read = thaw(town.municipality, told, pack(before.buildings)).by["iris"][0].people
    assert (read.total, read.homes_by_square) == (900, 0)


def test_an_address_says_each_choice_once_and_in_one_order(town):
    tomorrow = timezone.localdate() + timedelta(days=1)
    one = QueryDict(f"within=1km&open_at={tomorrow}T08:00&service=&town=Villegrille")
    assert as_address(one, read_choices(one)) == f"town=77998&service=bakery&within=1km&open_at={tomorrow}T08:00"
    zoned = QueryDict(f"town=77998&open_at={tomorrow}T07:00Z", mutable=True)
    hour = 9 if read_choices(zoned).open_at.astimezone(timezone.get_default_timezone()).dst() else 8
    assert parse_qs(as_address(zoned, read_choices(zoned)))["open_at"] == [f"{tomorrow}T0{hour}:00"]


def test_a_service_has_its_code_and_one_that_is_gone_too():
    assert code_of(SETS["children"][1]) == "children" and code_of(("bakery",)) == "bakery"
    assert service_name("a-trade-of-yesterday") == "a-trade-of-yesterday"


def test_a_town_keeps_an_analysis_under_one_address(town, odile):
    analysis = kept(odile)
    again = kept(odile, "within=500m&town=Villegrille")
    assert again == analysis and analysis.query == QUERY and dates_of(analysis) == [timezone.localdate()]
    told = findings_on(analysis)
    assert freeze(told) == freeze(found(town)) and told.buildings.homes.sum() == told.whole.homes.total
    assert kept(odile, "town=77998&within=300m") != analysis


def test_what_changes_afterwards_changes_nothing_that_was_found(town, odile):
    analysis = kept(odile)
    before = freeze(findings_on(analysis))
    publish(category="bakery", title="Miche", municipality=town.municipality, location=town.point(1_000, 1_500))
    Neighbourhood.objects.update(name="Redessiné")
    Building.objects.update(dwellings=1)
    assert freeze(findings_on(analysis)) == before
    on_another_day(odile, analysis)
    first, second = dates_of(analysis)[::-1]
    assert freeze(findings_on(analysis, first)) == before
    now = findings_on(analysis)
    assert now.made_on == second and len(now.sites) == len(before["sites"]) + 1


def test_a_day_has_one_result_the_last(town, odile):
    analysis = kept(odile)
    Listing.objects.filter(category__code="bakery").update(closes_at=timezone.now() - timedelta(days=1))
    make_again(account=odile, public_id=analysis.public_id)
    assert len(dates_of(analysis)) == 1 and findings_on(analysis).whole.homes.served == 0


def test_a_day_on_which_it_was_not_made_is_not_there(town, odile):
    with pytest.raises(NotFound):
        findings_on(kept(odile), timezone.localdate() - timedelta(days=1))


def test_who_keeps_for_a_town(town, odile):
    assert may_keep(odile, town.municipality) and not may_keep(odile, town.neighbour)
    writer, annexe, resident = person("Léa"), person("Lou"), person("Ida")
    hall = odile.actings.get().organisation
    Acting.objects.create(account=writer, organisation=hall, role=Acting.Role.WRITER, everywhere=True)
    Acting.objects.create(account=annexe, organisation=hall, role=Acting.Role.WRITER, everywhere=False)
    told = [
        may_keep(account, town.municipality) for account in (person("Sam", is_staff=True), writer, annexe, resident)
    ]
    assert told == [True, True, False, False]


def test_nobody_else_keeps_adds_or_takes_back(town, odile):
    analysis, stranger = kept(odile), person("Ida")
    with pytest.raises(NotFound):
        kept(stranger)
    for deed in (make_again, take_back, keeping_analyses.show_again):
        with pytest.raises(NotFound):
            deed(account=stranger, public_id=analysis.public_id)
    with pytest.raises(NotFound):
        renewing_analyses.renew_each_month(account=stranger, public_id=analysis.public_id, is_renewed=True)


@pytest.mark.parametrize(
    ("query", "name"), [("", "town"), ("town=77998&within=9km", "within"), ("town=77998&x=1", "x")]
)
def test_what_is_not_valid_is_not_kept(odile, query, name):
    with pytest.raises(InvalidParameter) as refused:
        kept(odile, query)
    assert refused.value.parameter == name and not Analysis.objects.exists()


def test_there_is_an_end_to_analyses_dates_and_bytes(town, odile, monkeypatch):
    analysis = kept(odile)
    for name, most, deed in (
        ("MOST_ANALYSES", 1, lambda: kept(odile, "town=77998&within=300m")),
        ("MOST_RESULTS", 1, lambda: on_another_day(odile, analysis)),
        ("MOST_BYTES", 1_000, lambda: kept(odile)),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(keeping_analyses, name, most)
            with pytest.raises(Refused):
                deed()
    assert Analysis.objects.count() == AnalysisResult.objects.count() == 1


def test_of_too_few_homes_nothing_is_kept(town, odile):
    Building.objects.exclude(key__endswith="BATIMENT-04-05").update(dwellings=None)
    Building.objects.filter(key__endswith="BATIMENT-04-05").update(dwellings=10)
    with pytest.raises(Refused):
        kept(odile)
    assert not Analysis.objects.exists()


def test_what_is_taken_back_is_shown_again_at_the_same_address(town, odile):
    analysis = kept(odile)
    renewing_analyses.renew_each_month(account=odile, public_id=analysis.public_id, is_renewed=True)
    take_back(account=odile, public_id=analysis.public_id)
    assert not Analysis.objects.shown().exists() and not Analysis.objects.filter(is_renewed=True).exists()
    for deed in (kept, lambda by: keeping_analyses.show_again(account=by, public_id=analysis.public_id)):
        deed(odile)
        assert Analysis.objects.shown().get() == analysis
        take_back(account=odile, public_id=analysis.public_id)


def test_it_is_made_again_each_month_where_wished(town, odile):
    analysis, other = kept(odile), kept(odile, "town=77998&within=300m")
    assert not analysis.is_renewed, "off by default"
    renewing_analyses.renew_each_month(account=odile, public_id=analysis.public_id, is_renewed=True)
    with later(timedelta(days=31)):
        renew_analyses(timestamp=0)
        run_jobs()
    assert len(dates_of(analysis)) == 2 and len(dates_of(other)) == 1


def test_one_that_is_refused_today_is_tried_again_next_month(town, odile, monkeypatch):
    analysis = kept(odile)
    renewing_analyses.renew_each_month(account=odile, public_id=analysis.public_id, is_renewed=True)
    with later(timedelta(days=31)), monkeypatch.context() as patch:
        patch.setattr(keeping_analyses, "MOST_RESULTS", 1)
        renewing_analyses.renew(analysis.pk)
        analysis.refresh_from_db()
        assert analysis.is_renewed and analysis.renewal_failed_on == timezone.localdate()
    with later(timedelta(days=62)):
        renewing_analyses.renew(analysis.pk)
    analysis.refresh_from_db()
    assert len(dates_of(analysis)) == 2 and analysis.renewal_failed_on is None


def test_one_that_cannot_be_made_again_stays_as_it_is(town, odile):
    analysis = kept(odile)
    Analysis.objects.update(is_renewed=True, query="town=77998&service=gone&within=500m")
    renewing_analyses.renew(analysis.pk)
    renewing_analyses.renew(0)
    analysis.refresh_from_db()
    assert len(dates_of(analysis)) == 1
    assert not analysis.is_renewed and analysis.renewal_failed_on == timezone.localdate()


@pytest.mark.parametrize(("days", "weeks"), [(-3, 1), (-7, 1), (-20, 3), (3, 0)])
def test_open_on_monday_is_the_next_monday_when_made_again(town, odile, days, weeks):
    moment = timezone.localtime().replace(second=0, microsecond=0) + timedelta(days=days, minutes=5)
    analysis = Analysis(town=town.municipality, query=f"town=77998&open_at={moment:%Y-%m-%dT%H:%M}")
    asked = timezone.localtime(asked_today(analysis).open_at)
    assert f"{asked:%Y-%m-%dT%H:%M}" == f"{moment + timedelta(weeks=weeks):%Y-%m-%dT%H:%M}"
    assert asked > timezone.now()


def test_who_kept_it_is_erased_and_what_it_tells_stays(town):
    home = neighbour("Odile", building(4, 5))
    town_hall(home.account, town.municipality)
    analysis = kept(home.account)
    Acting.objects.filter(account=home.account).update(ended_at=timezone.now())
    erase(account=home.account)
    analysis.refresh_from_db()
    assert analysis.kept_by is None and findings_on(analysis).is_told
