"""The administration: who opens it, what it shows, what it changes, and that nothing in it comes from elsewhere."""

import re
from uuid import uuid4

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from config.tasks import CHANGES_KEPT, forget_changes
from directory.models import Case, SearchEntry
from directory.tasks import count_poll
from geo.models import Release
from scopes import second_lock
from scopes.models import Organisation
from scopes.tasks import renew_reach
from tests.directory.organised import news
from tests.neighbours import neighbour, person, sign_in
from tests.privacy_matrix import REGISTERED
from tests.scopes.mandates import in_force, organisation, town_hall
from tests.scopes.village import make_village

# Django's own templates of the administration name variables that are not there.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

REGISTER = "/exploitation/registre/"


@pytest.fixture
def staff(client):
    """Someone who runs the site, signed in with two factors."""
    account = person("Dominique", is_staff=True)
    sign_in(client, account)
    return account


@pytest.mark.parametrize("register", ["", *(f"{name}/" for name in REGISTERED)])
def test_a_page_does_not_exist_for_whoever_is_not_of_the_staff(client, register):
    assert client.get(REGISTER + register).status_code == 404
    sign_in(client, person("Camille"))
    assert client.get(REGISTER + register).status_code == 404


def test_staff_shows_a_second_factor_first(client):
    client.force_login(person("Dominique", is_staff=True))
    answer = client.get(REGISTER)
    assert answer.status_code == 302
    assert "second-facteur" in answer["Location"]


@pytest.mark.parametrize("register", REGISTERED)
def test_every_register_lists_its_rows_and_finds_none_for_odd_words(client, staff, register):
    assert client.get(f"{REGISTER}{register}/").status_code == 200
    assert client.get(f"{REGISTER}{register}/", {"q": "%_\\' OR 1=1 \u202e"}).status_code == 200


def test_nothing_is_added_or_deleted(client, staff):
    named = organisation(person("Agathe"), name="Foncia")
    for page in ("add/", f"{named.pk}/delete/"):
        assert client.get(f"{REGISTER}scopes/organisation/{page}").status_code == 404
    client.post(f"{REGISTER}scopes/organisation/", {"action": "delete_selected", "_selected_action": [named.pk]})
    assert Organisation.objects.filter(pk=named.pk).exists()


def test_the_staff_says_that_an_organisation_shares_rides(client, staff):
    named = organisation(person("Agathe"), name="Covoit")
    page = f"{REGISTER}scopes/organisation/{named.pk}/change/"
    told = {"name": named.name, "contact": named.contact}
    for ticked in ({"searches_rides": "on"}, {}):
        assert client.post(page, told | ticked).status_code == 302
        named.refresh_from_db()
        assert named.searches_rides is bool(ticked)


def test_a_misspelt_name_is_put_right_and_the_change_is_noted(client, staff):
    named = organisation(person("Agathe"), name="Fonsia")
    page = f"{REGISTER}scopes/organisation/{named.pk}/change/"
    assert client.post(page, {"name": " Foncia\u202e ", "contact": "agence@example.org"}).status_code == 302
    named.refresh_from_db()
    assert (named.name, named.contact) == ("Foncia", "agence@example.org")
    assert LogEntry.objects.get().user == staff


def test_only_what_may_be_changed_is_changed(client, staff):
    named = organisation(person("Agathe"), name="Foncia")
    page = f"{REGISTER}scopes/organisation/{named.pk}/change/"
    client.post(page, {"name": "Foncia", "contact": "02 40 00 00 00", "kind": "municipality", "siret": "1"})
    after = Organisation.objects.get(pk=named.pk)
    assert (after.kind, after.siret, after.admitted_at) == (named.kind, named.siret, named.admitted_at)


def test_what_cannot_be_a_name_is_said_at_its_field(client, staff):
    named = organisation(person("Agathe"), name="Foncia")
    answer = client.post(
        f"{REGISTER}scopes/organisation/{named.pk}/change/", {"name": "\u200b", "contact": "02 40 00 00 00"}
    )
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors.keys() == {"name"}
    named.refresh_from_db()
    assert named.name == "Foncia"


def test_a_mandate_says_how_many_residences_and_names_none(client, staff):
    home = make_village().residences["A"]
    mandate = in_force(person("Agathe"), [home])
    page = client.get(f"{REGISTER}scopes/mandate/{mandate.pk}/change/").content.decode()
    assert home.key not in page
    assert "Immeubles" in page


def test_what_was_reported_from_a_residence_is_not_there(client, staff):
    home = make_village().residences["A"]
    neighbour("Dominique", home, account=staff)
    with second_lock.opened([home.pk]):
        inside = Case.objects.create(kind="listing", subject=staff.number, residence=home, title="Canari")
    Case.objects.create(kind="answer", subject=uuid4(), title="Pinson")
    page = client.get(f"{REGISTER}directory/case/").content.decode()
    assert "Pinson" in page
    assert "Canari" not in page
    assert client.get(f"{REGISTER}directory/case/{inside.pk}/change/").status_code == 302  # as for a row that is none


def test_a_release_is_rolled_back_and_shown_again(client, staff, toy_town):
    release = Release.objects.get(dataset="streets")
    for action, state in (("take_back", "loaded"), ("show", "active")):
        client.post(f"{REGISTER}geo/release/", {"action": action, "_selected_action": [release.pk]})
        release.refresh_from_db()
        assert release.state == state


def test_two_releases_at_once_are_refused_in_words(client, staff, toy_town):
    chosen = list(Release.objects.values_list("pk", flat=True)[:2])
    answer = client.post(f"{REGISTER}geo/release/", {"action": "take_back", "_selected_action": chosen}, follow=True)
    assert "Choisissez un seul millésime." in answer.content.decode()
    assert set(Release.objects.values_list("state", flat=True)) == {"active"}


def test_a_release_that_cannot_be_shown_says_why(client, staff):
    release = Release.objects.create(dataset="streets", source="osm", territory="44109", checksum="0" * 64)
    answer = client.post(f"{REGISTER}geo/release/", {"action": "show", "_selected_action": [release.pk]}, follow=True)
    assert "n’a pas été chargé" in answer.content.decode()


def test_the_place_of_a_row_is_drawn_from_our_own_files(client, staff, toy_town):
    answer = client.get(f"{REGISTER}geo/municipality/{toy_town.municipality.pk}/change/")
    page = answer.content.decode()
    assert 'class="map"' in page
    assert not re.findall(r"""(?:src|href)=["']?(?:https?:)?//""", page)
    assert "'self'" in answer["Content-Security-Policy"]


def test_a_failed_job_is_done_again_and_a_waiting_one_called_off(client, staff):
    renew_reach.defer()
    waiting = ProcrastinateJob.objects.get()
    answer = client.post(
        f"{REGISTER}procrastinate/procrastinatejob/", {"action": "again", "_selected_action": [waiting.pk]}, follow=True
    )
    assert "Aucune tâche n’est dans cet état." in answer.content.decode()
    client.post(f"{REGISTER}procrastinate/procrastinatejob/", {"action": "call_off", "_selected_action": [waiting.pk]})
    assert ProcrastinateJob.objects.get().status == "cancelled"


def test_no_number_of_a_row_is_told_of_a_job(client, staff):
    """What is private takes numbers too: a gap would tell of it."""
    count_poll.defer(poll_id=7_654_321, residence_id=0)
    job = ProcrastinateJob.objects.get()
    for address in ("", f"{job.pk}/change/"):
        page = client.get(f"{REGISTER}procrastinate/procrastinatejob/{address}").content.decode()
        assert "count_poll" in page and "7654321" not in page


@pytest.mark.parametrize("ticked", ["", "²٣", "nan", "\u202e1", "00000000-0000-4000-8000-000000000000", "[" * 2_000])
def test_what_is_the_number_of_no_row_is_refused(client, staff, ticked):
    for address in ("procrastinate/procrastinatejob/", "geo/release/"):
        answer = client.post(f"{REGISTER}{address}", {"action": "call_off", "_selected_action": [ticked]})
        assert answer.status_code == 400


def test_what_was_changed_over_a_year_ago_is_forgotten(client, staff):
    named = organisation(person("Agathe"), name="Fonsia")
    client.post(f"{REGISTER}scopes/organisation/{named.pk}/change/", {"name": "Foncia", "contact": "02 40 00 00 00"})
    forget_changes()
    assert LogEntry.objects.count() == 1
    LogEntry.objects.update(action_time=timezone.now() - CHANGES_KEPT)
    forget_changes()
    assert not LogEntry.objects.exists()


def test_what_an_organisation_says_is_found_by_the_name_that_was_put_right(client, staff):
    agathe = person("Agathe")
    hall = town_hall(agathe, make_village().town, name="Mairie d’Enfilad")
    said = news(agathe, hall)
    client.post(f"{REGISTER}scopes/organisation/{hall.pk}/change/", {"name": "Mairie d’Enfilade", "contact": "Ici"})
    assert "enfilade" in SearchEntry.objects.get(listing=said).words
