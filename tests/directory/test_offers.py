"""How often a shop may make an offer, and when what it says is sent: by the clock of its town, never at night."""

from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from django.contrib.gis.measure import D

from directory.digests import queue_digests
from directory.follows import circle_of, follow
from directory.models import Kind
from directory.offering import shop_of, shops_of
from directory.organisation_kinds import PROMOTION
from directory.organisation_publishing import no_more_this_month
from geo.catchments import radius_around
from geo.errors import NotFound
from scopes.models import Level, MessageCopy
from scopes.viewing import viewer_of
from tests.directory.organised import offers, page
from tests.neighbours import neighbour, person
from tests.scopes.mandates import SIRETS, organisation

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return person("Ada")


@pytest.fixture
def bakery(ada):
    return organisation(ada, kind="merchant", name="Jean Pain", siret=SIRETS[3])


@pytest.fixture
def shop(village, bakery):
    return page(village.town, bakery)


def at(moment: datetime):
    return patch("django.utils.timezone.now", return_value=moment)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-12-31T23:30+01:00", "du 1er janvier."),
        ("2026-01-31T12:00+01:00", "du 1er février."),
        ("2026-06-30T23:30+00:00", "du 1er août."),
    ],
)
def test_the_next_month_begins_by_the_clock_of_the_town(village, now, day):
    with at(datetime.fromisoformat(now)):
        assert no_more_this_month(PROMOTION, village.town).endswith(day)


def test_nothing_of_an_offer_is_sent_in_the_night(village, ada, bakery, shop):
    """Made at eleven in the evening by the clock of the town: who asked to be told at once is told at seven."""
    reader, evening = neighbour("Rémi", village.residences["A"]), datetime(2026, 12, 3, 22, tzinfo=UTC)
    with at(evening):
        follow(
            viewer=viewer_of(reader.account_id),
            place=circle_of(viewer_of(reader.account_id).home, Level.MUNICIPALITY),
            what={"kinds": [Kind.PROMOTION], "categories": [], "text": ""},
            rhythm="at_once",
            hour=18,
            means="mail",
        )
    shape = radius_around(shop.location, D(m=200))
    with at(evening + timedelta(minutes=1)):
        offers(ada, bakery, shop, to="shape", shape=shape)
    # A worker that was away all day comes to it in the night: it waits for the morning too.
    for minutes in (10, 200, 479):
        queue_digests(evening + timedelta(minutes=minutes), by_day=True)
        assert not MessageCopy.objects.exists()
    queue_digests(evening + timedelta(minutes=485), by_day=True)
    assert MessageCopy.objects.get().account == reader.account


def test_a_shop_counts_its_own_offers_and_tells_when_the_next_may_be(village, ada, bakery, shop):
    page(village.town, bakery, title="Le Petit Fournil")
    first, second = shops_of(ada)
    assert (first.left, second.left, first.no_more) == (4, 4, "")
    for number in range(4):
        offers(ada, bakery, shop, f"offre {number}", first=3 * number, last=3 * number + 1)
    mine = shop_of(ada, shop.public_id)
    assert mine.left == 0 and "la suite à partir du" in mine.no_more
    assert {one.place.title: one.left for one in shops_of(ada)} == {"Le Fournil": 0, "Le Petit Fournil": 4}
    with pytest.raises(NotFound):
        shop_of(person("Zoé"), shop.public_id)
