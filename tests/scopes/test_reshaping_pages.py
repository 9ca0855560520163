"""Pages that name, merge, split, add residences, and let people choose what follows."""

from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from geo.houses import circle_of
from geo.models import Building, Residence
from geo.regrouping import merge_residences, split_residence
from scopes.models import Management, ResidenceChange
from scopes.tasks import expire_homes
from tests.jobs import run_jobs
from tests.neighbours import neighbour, person, sign_in
from tests.scopes.entering import asks, building, later
from tests.still import still_page

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(toy_town):
    return building(3, 1)


def staff(client):
    account = person("Sam", is_staff=True)
    sign_in(client, account)
    return account


def test_a_resident_asks_for_a_name_and_the_town_gives_it_without_learning_who_asked(home, client):
    ana = neighbour("Ana", home)
    client.force_login(ana.account)
    page = reverse("my-residence", args=[ana.handle])
    assert "Son nom" in client.get(page).content.decode()
    answer = client.post(page, {"kind": "name", "name": "Les Lilas"}, follow=True)
    assert "la ville répond" in answer.content.decode()
    staff(client)
    shown = still_page(client.get(reverse("residence-changes")))
    assert "Les Lilas" in shown and "Ana" not in shown
    client.post(reverse("residence-changes"), {"change": ResidenceChange.objects.get().pk, "done": ""})
    home.refresh_from_db()
    assert home.name == "Les Lilas"


def test_a_manager_merges_and_members_choose(home, client):
    ana, other = neighbour("Ana", home), building(2, 2)
    agent = person("Gil")
    for residence in (home, other):
        Management.objects.create(account=agent, residence=residence)
    Authenticator.objects.create(user=agent, type="totp", data={"secret": ""})
    agent.is_staff = True
    sign_in(client, agent)
    agent.refresh_from_db()
    page = reverse("managed-residence", args=[Management.objects.get(residence=home).handle])
    door = other.buildings.get().addresses.first()
    answer = client.post(page, {"kind": "merge", "address": f"{door}, Villegrille"}, follow=True)
    assert "C’est fait" in answer.content.decode()
    assert "renew_residences" in run_jobs()
    merged = building(3, 1)
    assert Management.objects.filter(account=agent, residence=merged, ended_at=None).exists()
    assert merged.dwellings == home.dwellings + other.dwellings and merged.public_cell is not None
    client.force_login(ana.account)
    assert "a changé sur la carte" in client.get(reverse("homes")).content.decode()
    assert merged.key in client.get(reverse("home-proofs", args=[ana.handle])).content.decode()
    client.post(reverse("follow-residence", args=[ana.handle]), {"residence": merged.key})
    ana.refresh_from_db()
    assert ana.residence == merged


def test_a_split_from_the_page(home, client):
    merged = merge_residences(residences=[home, building(2, 2)])
    ana = neighbour("Ana", merged)
    client.force_login(ana.account)
    page = reverse("my-residence", args=[ana.handle])
    assert "plusieurs résidences" in client.get(page).content.decode()
    client.post(page, {"kind": "split", "part-0": "1", "part-1": "3"})
    staff(client)
    client.post(reverse("residence-changes"), {"change": ResidenceChange.objects.get().pk, "done": ""})
    assert building(3, 1) != building(2, 2)
    assert not Residence.objects.open().filter(pk=merged.pk).exists()


def test_nobody_follows_elsewhere_from_the_page(home, client):
    merged = merge_residences(residences=[home, building(2, 2)])
    ana = neighbour("Ana", merged)
    split_residence(
        residence=merged, parts=[[pk] for pk in Building.objects.filter(residence=merged).values_list("pk", flat=True)]
    )
    client.force_login(ana.account)
    for key in (building(7, 2).key, merged.key, "", "x"):
        assert client.post(reverse("follow-residence", args=[ana.handle]), {"residence": key}).status_code == 404
    ana.refresh_from_db()
    assert ana.residence == merged


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 404),
        ({"kind": "burn"}, 404),
        ({"kind": "merge"}, 302),
        ({"kind": "merge", "address": "x"}, 302),
        ({"kind": "split"}, 302),
    ],
)
def test_what_makes_no_change_asks_for_none(home, client, form, status):
    ana = neighbour("Ana", home)
    client.force_login(ana.account)
    assert client.post(reverse("my-residence", args=[ana.handle]), form).status_code == status
    staff(client)
    for change in ResidenceChange.objects.all():
        client.post(reverse("residence-changes"), {"change": change.pk, "done": ""})
    assert building(3, 1) == home


def test_newcomers_askers_and_others_have_no_such_page(home, client):
    for one in (neighbour("Zoé", home, settled=False), asks("Lou", home), neighbour("Ana", circle_of(building(3, 2)))):
        client.force_login(one.account)
        assert client.get(reverse("my-residence", args=[one.handle])).status_code == 404
    assert client.get(reverse("managed-residence", args=[uuid4()])).status_code == 404


def test_a_missing_residence_is_told_added_and_then_joined(home, client):
    zoe = person("Zoé")
    client.force_login(zoe)
    page = reverse("missing-residence")
    for form in ({}, {"town": "Villegrille"}, {"words": "12 rue Neuve"}, {"town": "Nulle-Part-sur-Rien", "words": "x"}):
        assert client.post(page, form).status_code == 200
    assert not ResidenceChange.objects.exists()
    client.post(page, {"town": "Villegrille", "words": "12 rue Neuve, trente logements"})
    staff(client)
    shown = client.get(reverse("residence-changes")).content.decode()
    assert "12 rue Neuve" in shown and "Zoé" not in shown
    change = ResidenceChange.objects.get()
    form = {"change": change.pk, "done": "", "address": "8 rue des Bleuets, Villegrille", "dwellings": "30"}
    assert "C’est décidé" in client.post(reverse("residence-changes"), form, follow=True).content.decode()
    change.refresh_from_db()
    added = change.residences.get()
    client.force_login(zoe)
    client.post(reverse("join-home"), {"residence": added.key, "role": "tenant"})
    assert zoe.memberships.get().residence == added


@pytest.mark.parametrize("change", ["", "x", "0", "9" * 40])
def test_a_change_that_is_none_is_not_decided(client, db, change):
    staff(client)
    assert client.post(reverse("residence-changes"), {"change": change, "done": ""}).status_code == 404


def test_staff_grant_and_end_a_management(home, client):
    agent = person("Gil")
    staff(client)
    page, form = reverse("managers"), {"email": agent.email.upper(), "address": "8 rue des Bleuets, Villegrille"}
    assert "gère maintenant" in client.post(page, form, follow=True).content.decode()
    management = Management.objects.get()
    assert (management.account, management.residence) == (agent, home)
    said = client.post(page, {"email": "personne@example.org"} | {"address": form["address"]}, follow=True)
    assert "Personne n’a ouvert de compte" in said.content.decode()
    assert "Nous ne trouvons pas" in client.post(page, form | {"address": "x"}, follow=True).content.decode()
    client.post(page, {"end": str(management.handle)})
    management.refresh_from_db()
    assert management.ended_at is not None
    for nobodys in (str(uuid4()), "une phrase"):
        assert client.post(page, {"end": nobodys}).status_code == 404


def test_the_job_of_the_night_ends_what_is_due(home):
    zoe = asks("Zoé", home)
    with later(timedelta(days=61)):
        expire_homes.func(0)
    zoe.refresh_from_db()
    assert zoe.ended_at is not None
