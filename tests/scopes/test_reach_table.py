"""The quarterly table: who counts, once; what is stored; that it stands for its quarter; that sums are the same."""

from datetime import date, timedelta

import pytest
from django.contrib.gis.measure import D
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.catchments import cells_covered, radius_around
from geo.models import Neighbourhood, PublicCell, ReachCell, Residence
from scopes.leaving import leave
from scopes.levels import Level
from scopes.models import Membership, Proof, ReachCount
from scopes.preview import preview_of
from scopes.reach import LEAST, STEPS, Connected, quarter_of
from scopes.reach_table import Home, homes_counting, is_counted, published, renew_reach
from scopes.viewing import viewer_of
from tests.neighbours import neighbour
from tests.scopes.crowd import settle

AUTUMN, WINTER = date(2026, 11, 22), date(2027, 1, 1)
on_the_town = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize(
    ("day", "first"),
    [
        ("2026-01-01", "2026-01-01"),
        ("2026-03-31", "2026-01-01"),
        ("2026-04-01", "2026-04-01"),
        ("2026-12-31", "2026-10-01"),
    ],
)
def test_a_day_is_in_the_quarter_that_began_before_it(day, first):
    assert quarter_of(date.fromisoformat(day)) == date.fromisoformat(first)


@given(st.integers(0, 3_000_000))
def test_a_sum_is_shown_as_the_range_it_lies_in_and_nothing_from_1_to_19(homes):
    shown = Connected.of(homes)
    assert shown.least <= homes < shown.most
    assert shown.least == 0 or shown.least >= LEAST
    assert shown.most >= LEAST
    assert (shown.least == 0) is (homes < LEAST)


@given(st.integers(0, 3_000_000), st.integers(0, 100_000))
def test_a_larger_sum_is_never_shown_as_less_and_ranges_differ_by_ten_or_more(homes, more):
    shown, larger = Connected.of(homes), Connected.of(homes + more)
    assert larger.least >= shown.least
    assert larger.least - shown.least == 0 or larger.least - shown.least >= 10


def test_ranges_are_told_in_words():
    assert str(Connected.of(0)) == str(Connected.of(19)) == "moins de 20 foyers connectés"
    assert str(Connected.of(120)) == "de 100 à 150 foyers connectés"
    assert list(STEPS) == sorted(STEPS) and STEPS[0] == LEAST


@given(cell=st.integers(1, 1000), counted=st.integers(0, 400), was=st.sampled_from([0, *range(20, 400, 10)]))
def test_a_number_moves_only_from_fifteen_away_and_stays_behind_its_count(cell, counted, was):
    told, count = published(cell=cell, quarter=WINTER, counted=counted, was=was), counted / 0.8
    assert told == 0 or (told >= 20 and told % 10 == 0)
    if told != was:
        assert abs(count - was) >= 15
        assert was < told <= count if count > was else told < was and (told >= count or count < 20)
    assert abs(count - told) < 15 + 2 * 16


def test_how_far_behind_is_another_secret_each_quarter_and_of_each_cell(settings):
    def told(**where) -> list[int]:
        return [published(**{"cell": 1, "quarter": WINTER, "counted": n, "was": 0} | where) for n in range(100)]

    assert told() == told()
    others = [told(quarter=date(2027, 4, 1)), told(cell=2)]
    before = told()
    settings.REACH_KEY = "another"
    assert before not in [*others, told()]


def test_the_coin_of_a_home_is_the_same_for_life_and_keeps_four_in_five(settings):
    homes = [Home(account=number, residence=number // 7, reach_cell=1, household=number) for number in range(10_000)]
    counted = [is_counted(home) for home in homes]
    assert 0.78 < sum(counted) / len(homes) < 0.82
    assert counted == [is_counted(home._replace(reach_cell=2)) for home in homes]
    settings.REACH_KEY = "another"
    assert counted != [is_counted(home) for home in homes]


@pytest.mark.django_db
def test_who_leaves_and_comes_back_tosses_no_other_coin(toy_town):
    residence = Residence.objects.circles().of_buildings().first()
    member = neighbour("Camille", residence)
    (home,) = homes_counting()
    leave(membership=member)
    assert list(homes_counting()) == []
    neighbour("Camille", residence, account=member.account, agrees=False)
    (again,) = homes_counting()
    assert (again.account, again.residence) == (home.account, home.residence)


@pytest.fixture
def town(toy_town):
    """The toy town, where every residence holds a home that counts."""
    settle(Residence.objects.of_buildings().open().order_by("pk"))
    return toy_town


def numbers() -> dict[int, int]:
    return dict(ReachCount.objects.latest_quarter().values_list("reach_cell", "homes"))


@pytest.mark.django_db
def test_each_home_counts_once_in_the_reach_cell_of_its_public_cell(toy_town):
    residence = Residence.objects.filter(dwellings__gte=3, closed_on=None).first()
    first = neighbour("Camille", residence)
    neighbour("Dominique", residence, household=first.household)
    neighbour("Sacha", residence, role=Membership.Role.ABSENT_OWNER)
    expired = timezone.now() - timedelta(days=1)
    neighbour("Alix", residence, proved_until=expired)
    neighbour("Lou", residence, ended_at=expired)
    neighbour("Noa", residence, agrees=False)
    for kind in ("word", "confirmation", "hall_code", "household", "position"):
        neighbour("Charlie", residence, proved_by=kind)
    Proof.objects.create(membership=neighbour("Jo", residence, proved_by="word"), kind="lots")
    by_list = neighbour("Ange", residence, proved_by="lots")
    cell = residence.public_cell.reach_cell_id
    homes = [Home(member.account_id, residence.pk, cell, member.household_id) for member in (first, by_list)]
    assert sorted(homes_counting()) == homes
    assert list(homes_counting(households={by_list.household_id})) == homes[1:]


@pytest.mark.django_db
def test_a_home_of_a_united_cell_counts_in_the_cell_that_stands(toy_town):
    one, other = PublicCell.objects.sound().order_by("pk")[:2]
    neighbour("Camille", one.residences.filter(closed_on=None).first())
    PublicCell.objects.filter(pk=one.pk).update(merged_into=other, reach_cell=None)
    assert [home.reach_cell for home in homes_counting()] == [other.reach_cell_id]


@pytest.mark.django_db
def test_every_reach_cell_has_one_number_and_none_is_small(town):
    assert renew_reach(on=AUTUMN) == date(2026, 10, 1)
    assert set(numbers()) == set(ReachCell.objects.values_list("pk", flat=True))
    assert any(numbers().values())
    with pytest.raises(IntegrityError), transaction.atomic():
        ReachCount.objects.update(homes=19)


@pytest.mark.django_db
def test_a_table_stands_for_its_quarter_whatever_happens_and_whoever_asks(town):
    renew_reach(on=AUTUMN)
    was = numbers()
    Membership.objects.update(ended_at=timezone.now())
    for day in (AUTUMN, date(2026, 12, 31), date(2026, 8, 1)):
        renew_reach(on=day)
    assert numbers() == was
    assert ReachCount.objects.values("quarter").distinct().count() == 1
    renew_reach(on=WINTER)
    assert all(numbers()[cell] < max(homes, 1) for cell, homes in was.items())
    assert max(numbers().values()) < 15 + 2 * 16


@pytest.mark.django_db
def test_a_number_follows_its_cell_when_cells_are_united(town):
    renew_reach(on=AUTUMN)
    gone, stands = sorted(numbers(), key=numbers().get)[-2:]
    total = numbers()[gone] + numbers()[stands]
    PublicCell.objects.filter(reach_cell=gone).update(reach_cell=stands)
    ReachCell.objects.filter(pk=gone).update(merged_into=stands)
    assert numbers()[gone] + numbers()[stands] == total
    renew_reach(on=WINTER)
    assert gone not in numbers()
    counted = sum(is_counted(home) for home in homes_counting() if home.reach_cell == stands)
    assert numbers()[stands] == published(cell=stands, quarter=WINTER, counted=counted, was=total)


@pytest.mark.django_db
def test_the_same_area_is_told_the_same_by_whatever_name(town):
    """T5: radius, polygon, quarter, IRIS, town and preview are sums of the same table."""
    renew_reach(on=AUTUMN)
    connected = ReachCount.objects.connected_in
    quarter = Neighbourhood.objects.get(code="SO")
    iris = Neighbourhood.objects.create(
        **{"key": "iris", "source": "test", "municipality": quarter.municipality, "kind": "iris", "code": "779980101"},
        boundary=quarter.boundary,
    )
    member = Membership.objects.filter(alias__cell__containments__neighbourhood=quarter).first()
    told = preview_of(home=viewer_of(member.account_id).home, level=Level.NEIGHBOURHOOD).connected
    assert told == connected(quarter.boundary) == connected(iris.boundary)
    assert told == Connected.of(sum(homes for cell, homes in numbers().items() if centre_in(cell, quarter.boundary)))
    everywhere = preview_of(home=viewer_of(member.account_id).home, level=Level.MUNICIPALITY).connected
    assert everywhere == connected(radius_around(town.point(1000, 1000), D(km=3)).area)
    assert everywhere == Connected.of(sum(numbers().values()))


def centre_in(reach_cell: int, area) -> bool:
    return area.covers(ReachCell.objects.get(pk=reach_cell).location)


@pytest.mark.django_db
@on_the_town
@given(x=st.integers(0, 2000), y=st.integers(0, 2000), near=st.integers(50, 1500), further=st.integers(0, 1500))
def test_what_lies_between_two_zones_is_nothing_or_whole_cells(town, x, y, near, further):
    if not ReachCount.objects.exists():
        renew_reach(on=AUTUMN)
    point = town.point(x, y)
    small, large = (radius_around(point, D(m=radius)).area for radius in (near, near + further))
    inside, outside = ({cell for cell in numbers() if centre_in(cell, area)} for area in (small, large))
    assert inside <= outside
    between = sum(numbers()[cell] for cell in outside - inside)
    assert between == 0 or between >= 20
    for area, cells in ((small, inside), (large, outside)):
        assert ReachCount.objects.connected_in(area) == Connected.of(sum(numbers()[cell] for cell in cells))


@pytest.mark.django_db
def test_a_zone_without_a_table_or_a_centre_reads_like_one_of_few_homes(town):
    tiny = radius_around(town.point(1000, 1000), D(m=50)).area
    before = str(ReachCount.objects.connected_in(tiny))
    renew_reach(on=AUTUMN)
    cells = cells_covered(tiny).values_list("reach_cell__location", flat=True)
    assert not any(tiny.covers(centre) for centre in cells)
    assert str(ReachCount.objects.connected_in(tiny)) == before == "moins de 20 foyers connectés"


@pytest.mark.plan
@pytest.mark.django_db
def test_a_sum_is_read_by_quarter_and_place(toy_town):
    cell = ReachCell.objects.first()
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO scopes_reachcount (quarter, reach_cell_id, centre, homes)
            SELECT '2020-01-01'::date + 92 * quarter, %s + cell,
                ST_Point(-4 + 10 * random(), 43 + 7 * random(), 4326), 50
            FROM generate_series(0, 3) AS quarter, generate_series(1, 10000) AS cell""",
            [cell.pk],
        )
        cursor.execute("ANALYZE scopes_reachcount")
    area = radius_around(toy_town.point(1000, 1000), D(km=20)).area
    plan = ReachCount.objects.latest_quarter().filter(centre__coveredby=area).explain()
    assert "Scan using reach_by_quarter_and_centre" in plan or "Scan on reach_by_quarter_and_centre" in plan
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM scopes_reachcount")
