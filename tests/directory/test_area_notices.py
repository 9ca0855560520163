"""Notices to an area: one public notice to whole public cells, within the mandate and what was delegated."""

import pytest
from django.contrib.gis.geos import Point
from django.db import transaction

from directory.models import Listing, SearchEntry
from directory.notice_readers import memberships_told
from directory.notices import notices_of
from directory.notifying import approve, notify, say_it_is_over, take_back
from geo.errors import InvalidParameter
from scopes import second_lock
from scopes.errors import Refused
from scopes.models import Acting, Level, Membership
from scopes.viewer import ANONYMOUS
from scopes.viewing import viewer_of
from tests.directory.around import at
from tests.directory.mandated import resolved, tell, tomorrow
from tests.directory.test_notifying import SOON
from tests.neighbours import neighbour, person
from tests.scopes.entering import later
from tests.scopes.mandates import organisation, over_area, town_hall
from tests.scopes.village import make_village

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def kept(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_village()
        transaction.set_rollback(True)


@pytest.fixture
def village(kept, db):
    return kept


@pytest.fixture
def mayor():
    return person("Odile")


@pytest.fixture
def town(village, mayor):
    """A mandate on the whole commune."""
    return over_area(mayor, town_hall(mayor, village.town), municipality=village.town)


def read_by(membership: Membership, level: Level = Level.NEIGHBOURHOOD) -> list[str]:
    with later(SOON):
        viewer = viewer_of(membership.account_id)
        with second_lock.opened(viewer.residence_ids):
            return [notice.title for home in viewer.homes for notice in notices_of(viewer, home, level)]


class TestAreaMandate:
    def test_a_quarter_is_one_public_notice(self, village, mayor, town):
        ana, lea = neighbour("Ana", village.residences["A"]), neighbour("Léa", village.residences["E"])
        mailing = tell(mayor, town, "quarters", quarters=[village.west.key])
        (notice,) = Listing.objects.filter(notice__mailing=mailing)
        assert (notice.level, notice.neighbourhood, notice.openness) == ("neighbourhood", village.west, "public")
        assert notice.residence_id is None and mailing.homes == 180 and not mailing.residences.exists()
        assert read_by(ana) and not read_by(lea)
        assert set(memberships_told(mailing)) == {ana}
        with later(SOON):
            assert list(Listing.objects.live().visible_to(ANONYMOUS)) == [notice]

    def test_a_town(self, village, mayor, town):
        lea = neighbour("Léa", village.residences["E"])
        mailing = tell(mayor, town, "all")
        assert read_by(lea, Level.MUNICIPALITY) and not read_by(lea)
        assert list(memberships_told(mailing)) == [lea] and mailing.homes == 360

    def test_a_polygon_tells_whole_cells_and_houses_too(self, village, mayor, town):
        ana, bob = neighbour("Ana", village.residences["A"]), neighbour("Bob", village.residences["C"])
        mailing = tell(mayor, town, "polygon", polygon=village.zone(0, 0, 5).geojson)
        assert mailing.homes == 60 and mailing.level == Level.CATCHMENT
        assert read_by(ana) and not read_by(bob)
        assert set(memberships_told(mailing)) == {ana}

    def test_a_polygon_is_cut_at_the_limits(self, village, mayor, town):
        whole = resolved(town, "polygon", polygon=village.zone(0, 0, 900).geojson)
        assert village.town.boundary.buffer(1e-9).covers(whole.area) and whole.notes
        with pytest.raises(InvalidParameter) as refused:
            resolved(town, "polygon", polygon=village.zone(9_000, 0, 50).geojson)
        assert refused.value.parameter == "polygon"

    def test_named_residences_are_told_in_their_spaces(self, village, mayor, town):
        audience = resolved(town, "residences", residences=[village.residences["A"].key])
        assert audience.residence_ids == (village.residences["A"].pk,) and not audience.is_public
        with pytest.raises(InvalidParameter):
            resolved(town, "residences", residences=[village.residences["house"].key])

    def test_it_is_found_by_search_and_can_be_taken_back(self, village, mayor, town):
        mailing = tell(mayor, town, "polygon", polygon=village.zone(0, 0, 100).geojson)
        entry = SearchEntry.objects.get()
        assert (
            entry.audience == "public"
            and entry.location
            and entry.feature["geometry"]["type"]
            in (
                "Polygon",
                "MultiPolygon",
            )
        )
        take_back(account=mayor, mailing=mailing)
        assert not SearchEntry.objects.exists()
        with later(SOON):
            assert not Listing.objects.live().visible_to(ANONYMOUS).exists()

    @pytest.mark.parametrize("to", ["quarters", "polygon", "all", "residences"])
    def test_it_is_over_for_exactly_the_same(self, village, mayor, town, to):
        parameters = {
            "quarters": {"quarters": [village.west.key]},
            "polygon": {"polygon": village.zone(0, 0, 100).geojson},
            "residences": {"residences": [village.residences["A"].key]},
        }.get(to, {})
        ana = neighbour("Ana", village.residences["A"])
        mailing = tell(mayor, town, to, **parameters)
        with later(SOON):
            over = say_it_is_over(account=mayor, mailing=mailing)
        same = ("to", "audience", "area", "level", "municipality_id", "neighbourhood_id", "homes", "entrances")
        assert all(getattr(over, name) == getattr(mailing, name) for name in same)
        assert set(memberships_told(over)) == set(memberships_told(mailing)) == {ana}
        with later(2 * SOON):
            (title,) = {*read_by(ana, Level.MUNICIPALITY)}
        assert "rétabli" in title

    def test_what_is_urgent_stands_in_the_residence_too(self, village, mayor, town):
        ana = neighbour("Ana", village.residences["A"])
        tell(mayor, town, "all")
        assert not read_by(ana, Level.RESIDENCE)
        tell(mayor, town, "all", said={"urgent": True, "confirmation": "URGENT"})
        assert len(read_by(ana, Level.RESIDENCE)) == 1

    def test_an_operator_writes_within_its_drawing(self, village):
        agent = person("Léo")
        network = organisation(agent, kind="operator", name="Réseau d’eau")
        mandate = over_area(agent, network, area=village.zone(400, 0, 450))
        assert resolved(mandate, "all").homes == 180
        with pytest.raises(InvalidParameter):
            resolved(mandate, "quarters", quarters=[village.west.key])


class TestDelegation:
    @pytest.fixture
    def writer(self, village, town):
        acting = Acting.objects.create(
            account=person("Lou"), organisation=town.organisation, role=Acting.Role.WRITER, everywhere=False
        )
        acting.neighbourhoods.set([village.east])
        return acting

    def test_a_writer_sends_within_what_was_delegated(self, village, town, writer):
        assert resolved(town, "all", writer).neighbourhood_id == village.east.pk
        assert resolved(town, "quarters", writer, quarters=[village.east.key]).homes == 180
        assert tell(writer.account, town, "all").neighbourhood == village.east

    def test_and_nowhere_else(self, village, town, writer):
        for to, parameters in (
            ("quarters", {"quarters": [village.west.key]}),
            ("polygon", {"polygon": village.zone(0, 0, 50).geojson}),
            ("residences", {"residences": [village.residences["A"].key]}),
        ):
            with pytest.raises(InvalidParameter):
                resolved(town, to, writer, **parameters)
        cut = resolved(town, "polygon", writer, polygon=village.zone(900, 0, 400).geojson)
        assert cut.homes == 60 and cut.area.covers(Point(*at(1_200, 0), srid=4326))

    def test_notify_enforces_it_again(self, village, mayor, town, writer):
        wide = resolved(town, "quarters", quarters=[village.west.key])
        said = {"template": "water_cut", "data": {"start": tomorrow(9), "end": tomorrow(12)}}
        with pytest.raises(InvalidParameter):
            notify(account=writer.account, mandate=town, audience=wide, **said)
        writer.neighbourhoods.clear()
        with pytest.raises(InvalidParameter):
            resolved(town, "all", writer)

    def test_nothing_urgent_waits_for_who_may_not_approve_it(self, village, mayor, town, writer):
        """A flood would wait for ever: the mayor wrote it, and the writer within a quarter decides about no other."""
        with pytest.raises(InvalidParameter):
            tell(mayor, town, "all", said={"urgent": True})
        assert tell(mayor, town, "all", said={"urgent": True, "confirmation": "URGENT"}).sent_at
        waiting = tell(writer.account, town, "all", said={"urgent": True})
        assert waiting.sent_at is None and approve(account=mayor, mailing=waiting).sent_at

    def test_what_others_sent_is_not_theirs_to_decide(self, village, mayor, town, writer):
        Acting.objects.create(account=person("Zoé"), organisation=town.organisation, role=Acting.Role.WRITER)
        sent = tell(mayor, town, "quarters", quarters=[village.west.key])
        waiting = tell(mayor, town, "all", said={"urgent": True})
        for deed, mailing in ((take_back, sent), (say_it_is_over, sent), (approve, waiting)):
            with pytest.raises(Refused):
                deed(account=writer.account, mailing=mailing)
        take_back(account=writer.account, mailing=tell(writer.account, town, "all"))

    def test_nobody_acts_under_anothers_mandate(self, town):
        other = organisation(person("Gil"))
        with pytest.raises(Refused):
            resolved(town, "all", other.actings.first())
