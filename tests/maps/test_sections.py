"""Pages of one kind: the search itself under a name of its own, from one to the other, and what is empty invites."""

import pytest
from django.utils import timezone

from directory.models import Kind, Listing, Mailing
from directory.publishing import publish
from geo.models import Residence
from maps.sections import SECTIONS
from scopes.models import Openness
from tests.directory.exchanged import FILLED, share
from tests.directory.mandated import tell
from tests.maps.test_pages import listed, on_the_map, page
from tests.maps.village import HERE
from tests.neighbours import neighbour, person, sign_in
from tests.scopes.mandates import over_area, town_hall

LONGITUDE, LATITUDE = HERE
AROUND = {"lat": LATITUDE, "lon": LONGITUDE, "within": "municipality"}


@pytest.fixture
def club(village):
    return publish(category="sport_association", title="Club des Alizés", municipality=village)


def ids(*found: Listing) -> list[str]:
    return [str(one.public_id) for one in found]


def test_each_shows_its_own_kind_and_list_and_map_are_the_same(client, listings, club):
    answer, body = page(client, "/commerces/", AROUND)
    assert answer.status_code == 200 and "Commerces autour de" in body
    assert listed(body) == on_the_map(body) == ids(*(listings[name] for name in ("bakery", "hostile", "pharmacy")))
    assert listed(page(client, "/associations/", AROUND)[1]) == ids(club)
    assert listed(page(client, "/services/", AROUND)[1]) == ids(listings["sitter"])
    assert listed(page(client, "/commerces/", AROUND | {"kind": "association"})[1]), "the page says which kind"


def test_filters_and_hours_go_on_as_in_every_search(client, listings):
    bakery, pharmacy = listings["bakery"], listings["pharmacy"]
    assert listed(page(client, "/commerces/", AROUND | {"category": "pharmacy"})[1]) == ids(pharmacy)
    assert listed(page(client, "/commerces/", AROUND | {"open": "now"})[1]) == ids(bakery)
    assert listed(page(client, "/commerces/", AROUND | {"q": "boulangrie"})[1]) == ids(bakery), "with a typo"
    assert page(client, "/commerces/", AROUND | {"within": "moon"})[0].status_code == 400


def test_what_has_no_hours_asks_for_none(client, listings):
    assert "Ouvert maintenant" in page(client, "/commerces/", AROUND)[1]
    assert "Ouvert maintenant" not in page(client, "/prets/", AROUND)[1]


def test_one_leads_to_the_others_around_the_same_place(client, listings):
    body = page(client, "/commerces/", {"place": "Nantes", "within": "500m", "q": "levain", "category": "bakery"})[1]
    assert 'href="/associations/?place=Nantes&amp;within=500m"' in body
    assert 'href="/agenda/?place=Nantes&amp;within=500m"' in body and 'href="/?place=Nantes&amp;within=500m"' in body
    assert body.count('aria-current="page"') == 1
    assert "/imprimer/?" in body and "kind=merchant" in body, "what is printed and followed is of this kind"


def test_agenda_and_town_lead_there_too(client, listings):
    agenda = page(client, "/agenda/", {"place": "Nantes", "within": "500m"})[1]
    assert 'href="/commerces/?place=Nantes&amp;within=500m"' in agenda and 'aria-current="page">Agenda' in agenda
    town = page(client, "/ville/44109/")[1]
    assert 'href="/prets/?place=44000+Nantes&amp;within=municipality"' in town
    addresses = page(client, "/sitemap.xml")[1]
    assert all(f"/{section.slug}/</loc>" in addresses for section in SECTIONS.values())


def test_what_is_told_to_an_area_is_above_everything_and_what_is_urgent_above_one_kind(client, village):
    ada = person("Ada")
    mandate = over_area(ada, town_hall(ada, village), municipality=village)
    mailing = tell(ada, mandate, "all")
    Listing.objects.filter(notice__mailing=mailing).update(opens_at=timezone.now())
    assert "Coupure d’eau" in page(client, "/", AROUND)[1]
    assert "Coupure d’eau" not in page(client, "/commerces/", AROUND)[1]
    Mailing.objects.update(urgent=True)
    assert "Coupure d’eau" in page(client, "/commerces/", AROUND)[1]


@pytest.mark.usefixtures("village")
class TestBeforeAPlaceIsChosen:
    @pytest.mark.parametrize("section", SECTIONS.values(), ids=lambda section: section.slug)
    def test_it_asks_where(self, client, section):
        answer, body = page(client, f"/{section.slug}/")
        assert answer.status_code == 200 and body.count("<h1") == 1 and str(section.lead) in body
        assert f'action="/{section.slug}/"' in body and f'href="/{section.slug}/?place=44000%20Nantes"' in body

    def test_the_first_screen_leads_there(self, client):
        body = page(client)[1]
        assert all(f'href="/{section.slug}/"' in body for section in SECTIONS.values())


@pytest.mark.parametrize(
    ("slug", "invites", "to"),
    [
        ("commerces", "C’est ma boutique", "/organismes/lieux/ajouter/"),
        ("associations", "C’est notre association", "/organismes/lieux/ajouter/"),
        ("prets", "Prêter quelque chose", "/publier/pret/"),
    ],
)
def test_what_is_empty_invites(client, village, slug, invites, to):
    body = page(client, f"/{slug}/", AROUND)[1]
    assert "Rien encore ici" in body and invites in body and f'href="{to}"' in body
    assert str(SECTIONS[next(kind for kind, one in SECTIONS.items() if one.slug == slug)].nothing) in body
    assert "Chercher dans toute la ville" in page(client, f"/{slug}/", AROUND | {"within": "500m"})[1]


@pytest.mark.privacy
@pytest.mark.parametrize("kind", [kind for kind, section in SECTIONS.items() if section.is_said_by_neighbours])
def test_what_neighbours_say_is_for_members_and_what_is_opened_for_all(client, village, kind):
    alice = neighbour("Alice", Residence.objects.order_by("pk").first())
    category = {"service": "gardening"}.get(kind, FILLED[kind]["category"])
    members = share(alice, kind=kind, category=category, title="Entre membres")
    opened = share(alice, kind=kind, category=category, title="Pour tous", openness=Openness.PUBLIC)
    address = f"/{SECTIONS[kind].slug}/"
    assert listed(page(client, address, AROUND)[1]) == ids(opened)
    sign_in(client, alice.account)
    assert sorted(listed(page(client, address, AROUND)[1])) == sorted(ids(members, opened))
    assert "Alice" in page(client, address)[1] and page(client, address)[0].status_code == 200


def test_kinds_of_places_are_not_said_by_neighbours():
    assert {kind for kind, section in SECTIONS.items() if not section.is_said_by_neighbours} == {
        Kind.MERCHANT,
        Kind.ASSOCIATION,
    }
