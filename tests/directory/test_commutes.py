"""Where neighbours drive every week: told from eleven homes of three cells on, and never less, nor how many."""

from types import SimpleNamespace

import pytest
from django.contrib.gis.geos import Point
from django.urls import reverse
from django.utils import timezone

from directory import exchanging
from directory.commutes import LEAST_CELLS, LEAST_HOMES, destination, destinations, rides_towards
from directory.kinds import KINDS
from directory.models import Carpool, Listing
from geo.errors import InvalidParameter
from geo.models import CellContainment, Municipality
from scopes.models import Household, Level, Membership, Mute
from tests.directory.around import at, box, make_town
from tests.directory.riding import ride
from tests.directory.speaking import looking
from tests.neighbours import neighbour, sign_in
from tests.privacy.answers import everything_of
from tests.scopes.village import make_village

pytestmark = [pytest.mark.django_db, pytest.mark.privacy]

#: Residences of the drivers: four homes in each of the cells 0 and 1, three in cell 2.
HOMES = ["A", "B", "A", "B", "C", "C", "C", "C", "D", "D", "D"]


@pytest.fixture(scope="module")
def kept(whole_module):
    village = make_village()
    make_town("Rive", "44143", box(2_300, -500, 6_000, 500))
    homes = village.residences
    drivers = [neighbour(f"Pilote{number}", homes[name]) for number, name in enumerate(HOMES)]
    rides = [drives(driver) for driver in drivers]
    reader, across = neighbour("Rose", homes["A"]), neighbour("Elsa", homes["E"])
    return SimpleNamespace(village=village, drivers=drivers, rides=rides, reader=reader, across=across)


def drives(someone, *, level: str = Level.MUNICIPALITY, **own) -> Carpool:
    own = ride(**{"weekdays": ["1", "2"], **own})
    with looking(someone) as viewer:
        columns = {"title": "", "category": "shared_ride", "own": own, "level": level}
        return exchanging.share(home=viewer.home, kind=KINDS["carpool"], **columns)


def told(someone) -> list[str]:
    with looking(someone) as viewer:
        return [one.name for one in destinations(viewer)]


def change(rides: list[Carpool], **columns) -> None:
    Carpool.objects.filter(pk__in=[one.pk for one in rides]).update(**columns)


def pause(one: Carpool) -> None:
    Listing.objects.filter(pk=one.pk).update(paused_at=timezone.now())


def test_eleven_homes_of_three_cells_tell_where_they_go(kept):
    assert (LEAST_HOMES, LEAST_CELLS) == (11, 3) == (len(HOMES), len({ride.cell_id for ride in kept.rides}))
    assert told(kept.reader) == ["Est"]


def test_ten_homes_do_not(kept):
    pause(kept.rides[0])
    assert told(kept.reader) == []


def test_two_people_of_one_home_are_one_home(kept):
    one, other = kept.drivers[0], kept.drivers[2]
    Membership.objects.filter(pk=other.pk).update(household=one.household)
    assert told(kept.reader) == []
    Membership.objects.filter(pk=other.pk).update(household=Household.objects.create())
    assert told(kept.reader) == ["Est"]


def test_two_rides_of_one_home_are_one_home(kept):
    Listing.objects.filter(pk=kept.rides[0].pk).update(author=kept.drivers[2].alias)
    assert told(kept.reader) == []


def test_two_cells_do_not(kept):
    cells = kept.village.cells
    of_the_last = [one.pk for one in kept.rides if one.cell_id == cells[2].pk]
    Listing.objects.filter(pk__in=of_the_last).update(cell=cells[1])
    assert told(kept.reader) == []


def test_cells_that_were_united_are_one(kept):
    cells = kept.village.cells
    cells[2].merged_into = cells[1]
    cells[2].save()
    assert told(kept.reader) == []


@pytest.mark.parametrize(
    "columns",
    [
        {"direction": "request"},
        {"weekdays": [6, 7]},
        {"weekdays": [], "day": "2099-01-05"},
        {"end_point": "SRID=4326;POINT(2.35 48.85)"},
    ],
    ids=["looked for", "on weekends", "once", "elsewhere"],
)
def test_only_offers_of_working_days_count(kept, columns):
    change(kept.rides[:1], **columns)
    assert told(kept.reader) == []


def test_whom_the_reader_mutes_chooses_no_homes_to_count(kept):
    """Of a dozen people two live together: whichever one of them is muted, the answer is the same."""
    one, other = kept.drivers[0], kept.drivers[2]
    drives(kept.reader)
    Membership.objects.filter(pk=other.pk).update(household=one.household)
    for muted in kept.drivers:
        Mute.objects.create(account=kept.reader.account, muted=muted.alias)
        assert told(kept.reader) == ["Est"]
        Mute.objects.all().delete()
    there = destination("44109/quartier/Est")
    Mute.objects.create(account=kept.reader.account, muted=one.alias)
    with looking(kept.reader) as viewer:
        assert one.alias_id not in rides_towards(viewer, there).values_list("author", flat=True)


def test_what_the_reader_may_not_see_counts_nowhere(kept):
    kept_ride = kept.rides[-1]
    # Of cell 2, which is in no voisinage with the reader's.
    Listing.objects.filter(pk=kept_ride.pk).update(level=Level.VOISINAGE)
    assert told(kept.reader) == [] and told(kept.drivers[-2]) == ["Est"]


def test_a_ride_inside_a_residence_counts_nowhere(kept):
    pause(kept.rides[0])
    inside = drives(kept.drivers[0], level=Level.RESIDENCE)
    with looking(kept.reader) as viewer:  # of the same residence
        assert Carpool.objects.live().visible_to(viewer).filter(pk=inside.pk).exists()
    assert told(kept.reader) == []


def test_it_is_told_to_the_quarter_alone(kept):
    assert told(kept.across) == told(None) == []
    # Who lives in the quarter across the limit drives home: nobody is told that.
    CellContainment.objects.update(neighbourhood=kept.village.east)
    assert told(kept.reader) == []


def test_another_town_is_told_as_a_town(kept):
    change(kept.rides, end_point=Point(*at(3_000, 0), srid=4326))
    assert told(kept.reader) == ["Rive"]


def test_a_town_without_quarters_is_looked_at_from_the_voisinage(kept):
    CellContainment.objects.all().delete()
    Municipality.objects.filter(pk=kept.village.town.pk).update(circle_kind="")
    assert told(kept.reader) == []
    change(kept.rides, end_point=Point(*at(3_000, 0), srid=4326))
    # Of a cell in the middle, the three cells are all in the voisinage.
    assert (told(kept.reader), told(kept.drivers[4])) == ([], ["Rive"])


def test_its_page_lists_the_rides_that_the_reader_may_see_and_no_number(kept, client):
    sign_in(client, kept.reader.account)
    answer = client.get(reverse("rides"))
    page = answer.content.decode()
    assert "Vos voisins vont à" in page and f"{reverse('rides')}?towards=44109/quartier/Est" in page
    part = page[page.index("rides-commutes") : page.index("rides-latest")]
    assert not any(letter.isdigit() for letter in part.replace("h2", "").replace("44109", ""))
    there = client.get(reverse("rides"), {"towards": "44109/quartier/Est"}).content.decode()
    assert there.count("data-id=") == len(HOMES) and "Chaque semaine vers Est" in there
    client.logout()
    passing = client.get(reverse("rides"), {"towards": "44109/quartier/Est"})
    assert passing.status_code == 200 and "data-id=" not in passing.content.decode()


def test_where_someone_lives_in_a_cell_changes_no_byte(kept, client):
    """T1: the same page, whichever building of the cell an author lives in."""
    sign_in(client, kept.reader.account)
    pages = []
    for name in ("A", "B"):
        Membership.objects.filter(pk=kept.drivers[0].pk).update(residence=kept.village.residences[name])
        asked = ({}, {"towards": "44109/quartier/Est"})
        pages.append([everything_of(client.get(reverse("rides"), one)) for one in asked])
    assert pages[0] == pages[1]


def test_every_place_may_be_asked_for_and_tells_what_is_seen_anyway(kept):
    with looking(kept.across) as viewer:
        assert rides_towards(viewer, destination("44109/quartier/Est")).count() == len(HOMES)
        assert not rides_towards(viewer, destination("44109/quartier/Ouest")).exists()
        assert rides_towards(viewer, destination("44109")).count() == len(HOMES)


@pytest.mark.parametrize("unknown", ["99999", "44109/quartier/Nord", "44109/iris/Est", "x", "/", "44109/quartier/"])
def test_a_place_that_is_none_is_named(kept, client, unknown):
    with pytest.raises(InvalidParameter):
        destination(unknown)
    answer = client.get(reverse("rides"), {"towards": unknown})
    assert answer.status_code == 400 and "Nous ne connaissons pas cet endroit" in answer.content.decode()
