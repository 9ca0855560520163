"""T8 of privacy.md: each protection is switched off in turn, and an attack notices."""

from collections.abc import Iterator
from random import Random

import pytest

from tests.geo.houses import Village, activated, commune, plot
from tests.privacy import mutants
from tests.privacy.alike import the_clock_stands
from tests.privacy.attacks import ATTACKS, metres_between
from tests.privacy.test_anonymity import check_crowds
from tests.privacy.test_localisation import Siege
from tests.privacy.test_non_interference import lives_here, lives_there, told_apart, unlike_deliveries
from tests.privacy.worlds import Stage, make_stage

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]
SLOW = pytest.mark.slow


@pytest.fixture(scope="module")
def siege(town) -> Siege:
    return Siege(targets=3, decoys=2)


def homes_found(siege: Siege, attack: str, *, queries: int) -> int:
    """How many targets an attack places within 15 m of their home: where Foursquare's were found."""
    estimates = siege.estimates(attack, queries=queries)
    return sum(error < 15 for error in siege.errors(estimates))


def test_true_distances_are_noticed_by_averaging_and_rounding_flips(siege):
    assert homes_found(siege, "averaging", queries=15) == 0
    with mutants.true_distance():
        siege.attacker.forget()
        assert homes_found(siege, "averaging", queries=15) == 3
        assert homes_found(siege, "rounding flips", queries=70) == 3
    siege.attacker.forget()


@pytest.mark.slow
def test_true_distances_are_noticed_in_the_order_too(town):
    with mutants.true_distance():
        siege = Siege(targets=2, decoys=12, seed=5)
        estimates = siege.estimates("order", queries=120)
        assert max(siege.errors(estimates)) < 120


def test_a_radius_on_the_home_is_noticed_by_bisection(siege):
    with mutants.radius_on_home():
        assert homes_found(siege, "bisection", queries=70) == 3


@pytest.mark.parametrize("attack", [pytest.param(name, marks=() if name == "averaging" else SLOW) for name in ATTACKS])
def test_a_place_snapped_from_the_home_is_noticed(town, attack):
    with mutants.snap_from_home():
        siege = Siege(targets=1, decoys=0, seed=4)
        (estimate,) = siege.estimates(attack, queries=70)
        home = siege.homes[0]
        # A building of the toy town stands 30 m from its street.
        assert metres_between(estimate, (home.longitude, home.latitude)) < 60
        assert metres_between(estimate, siege.near(home)) > 1


@pytest.fixture(scope="module")
def stage(town) -> Iterator[Stage]:
    with the_clock_stands():
        yield make_stage(town)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("mutant", "routes"),
    [
        ("true_distance", ["nearby"]),
        ("radius_on_home", ["nearby"]),
        ("snap_from_home", ["listing-detail", "nearby"]),
        ("catchment_from_home", ["quarter", "town", "post"]),
        ("rings_from_home", ["quarter", "town", "exchange"]),
        ("soft_border_from_home", ["post"]),
    ],
)
def test_another_home_in_the_same_cell_is_seen(stage, mutant, routes):
    # One answer under one post gives the last away, to two of the observers.
    count = 1_200 if mutant == "soft_border_from_home" else 120
    with getattr(mutants, mutant)():
        assert told_apart(stage, lives_here, lives_there, count=count, seed=3, routes=routes)


@SLOW
def test_homes_of_one_cell_are_delivered_differently(town):
    with mutants.catchment_from_home():
        assert unlike_deliveries(town, zones=8, seed=2)


@pytest.mark.parametrize("mutant", [pytest.param("catchment_from_home", marks=SLOW), "soft_border_from_home"])
def test_crowds_shrink(town, mutant):
    with getattr(mutants, mutant)(), pytest.raises(AssertionError, match="too small"):
        check_crowds({})


def test_cells_without_a_limit_on_the_largest_building_are_noticed(town):
    """The rule of before: thirty homes, whatever the share of one building."""
    activated("municipalities", "FR", [commune()])
    houses = Village(Random(1))
    houses.build_rows(200)
    houses.build(plot(1_500, 1_500, 20, 20), 28)
    with mutants.old_cell_rule():
        houses.show()
    with pytest.raises(AssertionError, match="too small"):
        check_crowds({})
