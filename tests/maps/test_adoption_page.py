"""The page of adoption: sums of the quarterly table, whoever asks and whoever joins; where nobody offers a service."""

import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from directory.adoption import adoption_of, kept_services, offered_in, services
from directory.models import Listing
from geo.errors import InvalidParameter
from geo.models import Municipality, Neighbourhood, Residence
from scopes.models import Level, Openness, ReachCount
from scopes.reach import Connected, Share
from scopes.reach_table import renew_reach
from tests.directory.browsing import browser
from tests.directory.exchanged import share
from tests.neighbours import neighbour
from tests.still import still_page

pytestmark = pytest.mark.django_db
CODE = "77998"
AUTUMN, WINTER = date(2026, 10, 1), date(2027, 1, 1)


@pytest.fixture
def town(toy_town) -> Municipality:
    return toy_town.municipality


def counted(quarter: date, **numbers: int) -> None:
    """A table in which every cell has these numbers."""
    renew_reach(on=quarter)
    ReachCount.objects.filter(quarter=quarter).update(**numbers)


def page(client, status: int = 200, **asked) -> str:
    answer = client.get(reverse("adoption", args=[CODE]), asked)
    assert answer.status_code == status
    return answer.content.decode()


def rows(html: str, number: int = 0) -> dict[str, list[str]]:
    """Each row of a table by its name, as it is read."""
    table = html.split("<table")[number + 1].partition("</table>")[0]
    found = re.findall(r"<tr>(.*?)</tr>", table, flags=re.DOTALL)[1:]
    read = [[re.sub(r"<[^>]+>", " ", cell).strip() for cell in re.split(r"</t[hd]>", row)[:-1]] for row in found]
    return {name: cells for name, *cells in read}


class TestFigures:
    @pytest.mark.parametrize(
        ("homes", "dwellings", "share"),
        [
            (0, 300, (0, 6.7)),
            (130, 1_000, (10, 15)),
            (50, 310, (16, 23)),
            (300, 310, (96, 100)),
            (250, 20_559, (0.9, 1.5)),
        ],
    )
    def test_a_share_is_a_range_that_holds_whatever_the_homes_may_be(self, homes, dwellings, share):
        told = Share.of(Connected.of(homes), dwellings)
        assert told == Share(*share)
        assert told.least <= 100 * homes / dwellings <= told.most
        assert str(Share(0.9, 1.5)) == "0,9 à 1,5 %" and str(Share(0, 7)) == "moins de 7,0 %"

    def test_a_quarter_is_the_sum_of_the_cells_whose_centre_it_covers(self, client, town):
        counted(AUTUMN, homes=120, weekly=40)
        told = rows(page(client))
        quarter = Neighbourhood.objects.get(code="SO")
        cells = ReachCount.objects.filter(centre__coveredby=quarter.boundary)
        dwellings = sum(cells.values_list("dwellings", flat=True))
        share = Share.of(Connected.of(120 * len(cells)), dwellings)
        assert cells and dwellings >= 300
        homes, weekly = told[str(quarter)][1:]
        assert homes == f"{Connected.of(120 * len(cells)).in_short} {share}"
        assert weekly.startswith(Connected.of(40 * len(cells)).in_short)
        assert told[town.name][1].startswith(Connected.of(120 * ReachCount.objects.count()).in_short)

    def test_quarters_of_the_year_stand_side_by_side_the_newest_first(self, client, town):
        counted(AUTUMN, homes=0, weekly=0)
        assert page(client).count("<table") == 2
        counted(WINTER, homes=200, weekly=20)
        html = page(client)
        assert "Au 1er janvier 2027" in html and "13 semaines, octobre à décembre 2026" in html
        newest, before = rows(html, 1)[town.name]
        assert newest != before and before.startswith("moins de")

    def test_before_anything_is_counted_that_is_said(self, client, town):
        assert "Rien n’a encore été compté" in page(client)

    def test_few_homes_read_like_none(self, client, town):
        counted(AUTUMN, homes=0)
        told = rows(page(client))
        assert told and all(one.startswith("moins de 20") for _dwellings, *both in told.values() for one in both)

    @pytest.mark.parametrize(("homes", "words"), [(0, "de 20</strong> foyers"), (120, " %</strong> des logements")])
    def test_the_figure_is_a_share_once_homes_are_not_few(self, client, town, homes, words):
        counted(AUTUMN, homes=homes)
        assert words in page(client)

    def test_of_a_town_whose_buildings_are_not_loaded_nothing_is_said(self, client, town):
        counted(AUTUMN, homes=120)
        Municipality.objects.update(building_source="")
        html = page(client)
        assert "ne sont pas chargés" in html and "120" not in html

    def test_a_quarter_without_a_cell_is_named_and_has_no_row(self, client, town):
        counted(AUTUMN, homes=120)
        quarter = Neighbourhood.objects.get(code="SO")
        ReachCount.objects.filter(centre__coveredby=quarter.boundary).delete()
        html = page(client)
        assert str(quarter) not in rows(html) and f"son centre dans : {quarter}" in html

    def test_a_town_without_quarters_has_its_own_row(self, client, town):
        counted(AUTUMN, homes=120)
        Municipality.objects.update(circle_kind="")
        assert list(rows(page(client))) == [town.name]

    def test_a_former_code_leads_to_todays_and_an_unknown_one_nowhere(self, client, town):
        assert client.get("/ville/00000/adoption/").status_code == 404
        assert reverse("adoption", args=[CODE]) in client.get(reverse("town-page", args=[CODE])).content.decode()


@pytest.mark.privacy
class TestPeople:
    def test_whoever_joins_or_comes_changes_nothing_before_the_next_table(self, client, town):
        counted(AUTUMN, homes=120, weekly=40)
        before = still_page(client.get(reverse("adoption", args=[CODE])))
        residence = Residence.objects.of_buildings().open().order_by("pk").first()
        members = [neighbour(f"Ana{number}", residence) for number in range(30)]
        as_member = still_page(browser(members[0]).get(reverse("adoption", args=[CODE])))
        assert still_page(client.get(reverse("adoption", args=[CODE]))) == before
        assert rows(as_member) == rows(before)

    def test_nothing_between_1_and_19_is_ever_told(self, town):
        counted(AUTUMN, homes=20, weekly=20)
        told = [one for part in adoption_of(town) for one in part.by_quarter.values()]
        assert told
        for adopted in told:
            assert all(range_.least == 0 or range_.least >= 20 for range_ in (adopted.connected, adopted.weekly))


class TestServices:
    @pytest.fixture
    def ana(self, town):
        return neighbour("Ana", Residence.objects.of_buildings().open().order_by("pk").first())

    def offers(self, member, *, category="gardening", openness=Openness.PUBLIC, **columns):
        return share(member, Level.MUNICIPALITY, category, category=category, openness=openness, **columns)

    def test_nobody_offers_anything_at_first(self, client, town):
        assert {cell for (cell,) in rows(page(client)).values()} == {"personne"}

    def test_somebody_is_said_of_the_quarter_of_the_cell_and_never_how_many(self, client, town, ana):
        quarter = ana.alias.cell.neighbourhoods.get(kind=town.circle_kind)
        self.offers(ana)
        once = rows(page(client, service="gardening"))
        assert once.pop(str(quarter)) == ["quelqu’un"] and {cell for (cell,) in once.values()} == {"personne"}
        before = still_page(client.get(reverse("adoption", args=[CODE]), {"service": "gardening"}))
        self.offers(neighbour("Bea", ana.residence))
        assert still_page(client.get(reverse("adoption", args=[CODE]), {"service": "gardening"})) == before

    @pytest.mark.privacy
    def test_what_is_not_for_everyone_or_not_offered_is_nobody_s(self, town, ana, client):
        self.offers(ana, openness=Openness.MEMBERS)
        self.offers(neighbour("Bea", ana.residence), own={"direction": "request", "in_exchange_for": ""})
        withdrawn = self.offers(neighbour("Cleo", ana.residence))
        Listing.objects.filter(pk=withdrawn.pk).update(withdrawn_at=timezone.now())
        assert not any(somebody for _quarter, somebody in offered_in(town, "gardening"))
        for who in (None, ana):
            html = still_page(browser(who).get(reverse("adoption", args=[CODE]), {"service": "gardening"}))
            assert "quelqu’un</td>" not in html, "whoever asks reads what everyone may"

    def test_an_unknown_service_is_refused_by_name(self, client, town):
        assert "pas dans la liste" in page(client, 400, service="bakery")
        assert "inconnu" in page(client, 400, servce="gardening")
        with pytest.raises(InvalidParameter) as refused:
            offered_in(town, "service")
        assert refused.value.parameter == "service"

    def test_services_are_named_in_the_order_of_the_tree(self):
        (first, offered), (second, lent) = services()
        assert (first, offered[0], second, lent[0][0]) == (
            *("Services", ("handiwork", "Bricolage"), "Prêts"),
            "lent_tools",
        )

    def test_what_is_lent_is_told_alike(self, town, ana):
        share(ana, Level.MUNICIPALITY, kind="loan", openness=Openness.PUBLIC)
        assert sum(somebody for _quarter, somebody in offered_in(town, "lent_tools")) == 1
        assert not any(somebody for _quarter, somebody in offered_in(town, "lent_kitchen"))

    @pytest.mark.privacy
    def test_of_what_is_told_among_members_alone_nothing_is_said_not_even_nobody(self, client, town):
        """Who minds children is read by neighbours: "nobody does" would be wrong, "somebody" would be told."""
        assert "childminding" not in str(services()) and "Garde d'enfants" in kept_services()
        assert "Garde d&#x27;enfants, " in page(client)
        page(client, 400, service="childminding")
