"""The page on which an organisation writes: what, to whom on the map, what will be read and hung up, sent."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from directory.models import Mailing, Notice
from scopes import second_lock
from scopes.models import Acting, Mandate, Organisation
from scopes.organisations.mandating import end
from tests.directory.browsing import browser
from tests.directory.mandated import tell, tomorrow, water_cut
from tests.directory.test_notifying import SOON
from tests.neighbours import neighbour, person
from tests.scopes.entering import later
from tests.scopes.mandates import in_force, organisation, over_area, town_hall
from tests.scopes.village import make_village
from tests.still import still

pytestmark = pytest.mark.django_db
FLOOD = {"hazard": "flood", "todo": "Montez à l’étage."}


@pytest.fixture(scope="module")
def kept(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_village()
        transaction.set_rollback(True)


@pytest.fixture
def village(kept, db):
    return kept


@pytest.fixture
def clerk():
    return person("Sylvie")


@pytest.fixture
def mandate(village, clerk):
    return over_area(clerk, town_hall(clerk, village.town), municipality=village.town)


@pytest.fixture
def desk(clerk, mandate):
    return browser(clerk, two_factors=True)


def address(mandate: Mandate, code: str = "safety") -> str:
    return reverse("write-notice", args=[mandate.handle, code])


def said(answer) -> str:
    return answer.content.decode()


def flood(village, **more) -> dict:
    start = f"{timezone.localtime():%Y-%m-%dT%H:%M}"
    drawn = {"to": "polygon", "polygon": village.zone(0, 0, 100).geojson}
    return {**FLOOD, "start": start, "urgent": "on", "confirmation": "URGENT", **drawn, **more}


class TestTownSecretary:
    def test_alone_at_night_three_actions_from_the_desk(self, desk, village, mandate):
        ana = neighbour("Ana", village.residences["house"])
        assert address(mandate) in said(desk.get("/avis/"))
        page = said(desk.get(address(mandate)))
        assert "checked" in page.partition('id="urgent"')[2][:12], "a danger is urgent until said otherwise"
        assert f'value="{timezone.localtime():%Y-%m-%dT%H:}' in page, "it began just now"
        seen = said(desk.post(address(mandate), {**flood(village), "see": ""}))
        assert "60 logements" in seen and "Alerte : inondation" in seen and "a4-page" in seen
        assert not Mailing.objects.exists()
        assert "deux minutes" in said(desk.post(address(mandate), {**flood(village), "send": ""}, follow=True))
        mailing = Mailing.objects.get()
        assert mailing.urgent and mailing.area is not None and mailing.homes == 60
        with later(SOON):
            notice = Notice.objects.get(mailing=mailing)
            page = said(browser(None).get(reverse("notice", args=[notice.public_id])))
            assert "Alerte : inondation" in page and "une zone dessinée à Enfilade" in page and "leaflet" in page
            assert "Alerte : inondation" not in said(browser(ana).get("/immeuble/")), "it lies elsewhere"

    def test_pressed_twice_it_is_sent_once(self, desk, village, mandate):
        form = {**flood(village), "send": ""}
        for _ in range(2):
            assert desk.post(address(mandate), form).status_code == 302
        assert Mailing.objects.count() == 1
        Mailing.objects.update(withdrawn_at=timezone.now())
        desk.post(address(mandate), form)
        assert Mailing.objects.count() == 2

    def test_what_was_drawn_and_typed_comes_back(self, desk, village, mandate):
        answer = desk.post(address(mandate), {**flood(village, todo="", confirmation="URGENT"), "see": ""})
        assert answer.status_code == 400
        page = said(answer)
        assert "MultiPolygon" in page and 'value="URGENT"' in page and "Répondez à « " in page

    @pytest.mark.parametrize(
        ("wrong", "why"),
        [
            ({"polygon": ""}, "trois coins au moins"),
            ({"polygon": '{"type":"Point","coordinates":[0,0]}'}, "Attendu : une surface"),
            ({"polygon": "<script>"}, "GeoJSON"),
            ({"to": "quarters"}, "quartiers de ce mandat"),
            ({"to": "quarters", "quarters": ["nowhere"]}, "quartiers de ce mandat"),
            ({"to": "streets", "streets": "Rue Inconnue"}, "Rue Inconnue"),
            ({"to": "entrances", "addresses": "1 rue de nulle part"}, "cette adresse est inconnue"),
            ({"confirmation": "oui"}, "écrivez URGENT"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_is_sent(self, desk, village, mandate, wrong, why):
        answer = desk.post(address(mandate), {**flood(village), **wrong, "send": ""})
        assert answer.status_code == 400 and why in said(answer) and "Montez à l’étage." in said(answer)
        assert not Mailing.objects.exists()

    def test_it_is_over_for_the_same_in_one_action(self, desk, clerk, village, mandate):
        mailing = tell(clerk, mandate, "polygon", polygon=village.zone(0, 0, 100).geojson)
        with later(SOON):
            desk.post(reverse("notice-is-over", args=[mailing.handle]))
            over = Mailing.objects.get(restores=mailing)
            notice = Notice.objects.get(mailing=over)
        assert (over.area, over.audience, notice.level) == (mailing.area, mailing.audience, "catchment")
        assert desk.get(reverse("notice-posters", args=[mailing.handle])).content.startswith(b"%PDF")

    def test_meetings_are_not_offered(self, desk, mandate):
        page = said(desk.get("/avis/"))
        assert address(mandate, "meeting") not in page and address(mandate, "works") in page
        assert desk.get(address(mandate, "meeting")).status_code == 404


class TestManyBuildings:
    @pytest.fixture
    def agent(self):
        return person("Gil")

    @pytest.fixture
    def three(self, village, agent):
        return in_force(agent, [village.residences[name] for name in "ABE"])

    def test_a_list_a_polygon_or_a_quarter_choose_among_them(self, village, agent, three):
        client = browser(agent, two_factors=True)
        page = said(client.get(address(three, "water_cut")))
        assert all(village.residences[name].key in page for name in "ABE")
        assert village.residences["C"].key not in page
        form = {**water_cut(), "to": "residences", "residences": [village.residences["A"].key], "see": ""}
        assert "1 immeuble" in said(client.post(address(three, "water_cut"), form))
        form = {**water_cut(), "to": "all", "send": ""}
        client.post(address(three, "water_cut"), form)
        assert Mailing.objects.get().residences.count() == 3

    def test_markup_in_a_drawing_and_a_street_is_text(self, agent, three):
        client = browser(agent, two_factors=True)
        for wrong in ({"to": "streets", "streets": "<b>x</b>"}, {"to": "polygon", "polygon": "<b>x</b>"}):
            assert "<b>x</b>" not in said(client.post(address(three, "water_cut"), {**water_cut(), **wrong}))

    def test_sent_twice_is_two_mailings_and_a_mandate_ended_meanwhile_none(self, agent, three):
        client = browser(agent, two_factors=True)
        form = {**water_cut(), "to": "all", "send": ""}
        client.get(address(three, "water_cut"))
        end(by=agent, mandate=three)
        assert client.post(address(three, "water_cut"), form).status_code == 404
        assert not Mailing.objects.exists()


@pytest.mark.privacy
class TestOthers:
    def test_another_kind_and_another_organisation_find_nothing(self, village, mandate):
        for number, kind in enumerate(Organisation.Kind.values):
            if kind == "municipality":
                continue
            account = person("Org")
            Organisation.objects.filter(pk=organisation(account, kind=kind).pk).update(siret=f"{number:014d}")
            client = browser(account, two_factors=True)
            answers = [
                client.post(reverse("write-notice", args=[one, "safety"]), flood(village))
                for one in (mandate.handle, uuid4())
            ]
            assert [answer.status_code for answer in answers] == [404, 404]

    def test_a_delegated_writer_cannot_send_elsewhere(self, village, mandate):
        lou = person("Lou")
        acting = Acting.objects.create(account=lou, organisation=mandate.organisation, role="writer", everywhere=False)
        acting.neighbourhoods.set([village.east])
        client = browser(lou, two_factors=True)
        page = said(client.get(address(mandate)))
        assert village.east.key in page and village.west.key not in page
        assert client.post(address(mandate), {**flood(village), "send": ""}).status_code == 400
        assert not Mailing.objects.exists()

    def test_the_senders_pages_are_the_same_whoever_lives_there(self, desk, clerk, village, mandate):
        """T1(b) with the sender as observer: page, preview, desk and posters, before and after people join and read."""

        def pages() -> list[str]:
            sent = reverse("notice-posters", args=[mailing.handle])
            looked = [
                desk.get(address(mandate)),
                desk.post(address(mandate), {**flood(village), "start": tomorrow(9), "see": ""}),
                desk.post(address(mandate), {**water_cut(), **FLOOD, "to": "quarters", "quarters": village.west.key}),
                desk.get("/avis/"),
                desk.get(reverse("mailing", args=[mailing.handle])),
            ]
            assert desk.get(sent).status_code == 200
            return [still(said(answer)) for answer in looked]

        mailing = tell(clerk, mandate, "quarters", quarters=[village.west.key])
        with later(SOON):
            before = pages()
            for name in "ABCD":
                ana = browser(neighbour("Ana", village.residences[name]))
                with second_lock.opened([village.residences[name].pk]):
                    assert ana.get("/quartier/").status_code == 200
            assert pages() == before


def test_a_drawing_of_another_kind_is_read(desk, village, mandate):
    """What folium, a file or a person sends: a feature collection is an area too."""
    feature = {"type": "Feature", "properties": {}, "geometry": json.loads(village.zone(0, 0, 100).geojson)}
    form = flood(village, polygon=json.dumps({"type": "FeatureCollection", "features": [feature]}))
    assert "60 logements" in said(desk.post(address(mandate), {**form, "see": ""}))
    assert timedelta(minutes=2) < SOON
