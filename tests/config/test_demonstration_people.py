"""The people of the demonstration: settled once by the deeds of anyone, each a click away, and nowhere else."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.gis.geos import MultiPolygon
from django.core import mail
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from config.demonstration.inhabitants import address_of, are_settled, residences, settle_inhabitants
from config.demonstration.mailbox import LATEST, latest_mails
from config.demonstration.personas import PERSONAS
from config.demonstration.questions import noted
from directory.models import Answer, Ask, Case, Claim, Listing, Mailing, Poll, Post, Remark, SearchEntry, Vote
from directory.publishing import publish
from geo.models import Address, Building, Containment, Residence
from scopes import second_lock
from scopes.managing import end_management
from scopes.models import Account, Letter, Membership, Organisation
from scopes.powers import residences_kept_by
from scopes.proofs.confirmation import ACTING, introduced_to_keepers
from scopes.rights.erasing import erase
from scopes.sending import send
from scopes.viewer import ANONYMOUS
from scopes.viewing import viewer_of
from tests.jobs import run_jobs
from tests.scopes.village import make_village

pytestmark = pytest.mark.django_db


def make_homes() -> dict[str, Residence]:
    village = make_village()
    here = village.residences["A"]
    place = {"source": "test", "municipality": village.town, "location": here.location}
    door = Building.objects.create(
        key="test:A", residence=here, footprint=MultiPolygon(here.location.buffer(0.0001)), **place
    )
    Address.objects.create(key="test:A", building=door, number=1, street_name="Rue", **place)
    return {
        name: village.residences[letter]
        for name, letter in zip(("here", "next", "near", "across"), "ABCE", strict=True)
    }


@pytest.fixture
def homes(db) -> dict[str, Residence]:
    return make_homes()


@pytest.fixture(scope="class")
def kept(django_db_setup, django_db_blocker) -> Iterator[dict[str, Residence]]:
    """Homes in which people are settled, once for a class; each of its tests takes back what it does."""
    with django_db_blocker.unblock(), transaction.atomic():
        homes = make_homes()
        assert not are_settled()
        settle_inhabitants(homes)
        yield homes
        transaction.set_rollback(True)


@pytest.fixture
def settled(kept, db) -> dict[str, Residence]:
    return kept


def everything(homes) -> list:
    """Rows that settling writes, as far as people see them."""
    with second_lock.opened([home.pk for home in homes.values()]):
        return [
            sorted(Account.objects.values_list("pk", "email")),
            sorted(Membership.objects.values_list("pk", "role", "moderates", "listed")),
            sorted(Post.objects.values_list("pk", "title", "published_at")),
            sorted(Answer.objects.values_list("pk", "text", "written_at")),
            Case.objects.count(),
            sorted(Poll.objects.values_list("pk", "title", "demonstration")),
            Vote.objects.count(),
            sorted(Ask.objects.values_list("pk", "title", "demonstration", "answered_at")),
        ]


def answers(questions) -> list:
    """What the database answers to each, in the transaction of the test."""
    with connection.cursor() as cursor:
        return [(cursor.execute(question), cursor.fetchall())[1] for question in questions]


def become(slug: str, client: Client | None = None):
    client = client or Client()
    return client, client.post(f"/demo/devenir/{slug}/")


class TestSettling:
    def test_they_are_settled_once(self, settled):
        assert are_settled()
        before = everything(settled)
        assert [len(rows) for rows in before[:4]] == [19, 15, 10, 7]
        settle_inhabitants(settled)
        assert everything(settled) == before

    def test_the_residence_votes_and_its_agent_answers_camille(self, settled):
        with second_lock.opened([settled["here"].pk]):
            poll, asked = Poll.objects.get(mailing=None), Ask.objects.get()
            assert (poll.demonstration, poll.level, poll.votes.count()) == (True, "residence", 4)
            assert asked.demonstration and asked.replies.count() == 1 and asked.author.account.first_name == "Camille"
            assert asked.organisation.name == "Cabinet Bertin"

    def test_what_a_second_start_asks_again_tells_when_they_are_not(self, settled):
        """The questions of `are_settled`, repeated as they are, are answered otherwise as soon as it is false."""
        nina = Membership.objects.filter(account__first_name="Nina")
        tomorrow, yesterday = timezone.now() + timedelta(hours=23), timezone.now() - timedelta(hours=21)
        undoings = {
            "someone is gone": lambda: Account.objects.get(first_name="Camille").delete(),
            "the newcomer is new no more": lambda: nina.update(provisional_until=tomorrow),
            "of tomorrow nothing is said": lambda: Mailing.objects.update(sent_at=yesterday),
            "who confirmed is gone": lambda: erase(account=Account.objects.get(first_name="Nathalie")),
        }
        with noted() as questions:
            assert are_settled()
        standing = answers(questions)
        for what, undo in undoings.items():
            with transaction.atomic():
                undo()
                assert not are_settled(), what
                assert answers(questions) != standing, what
                transaction.set_rollback(True)
        assert answers(questions) == standing

    def test_the_newcomer_is_new_whenever_it_is_opened(self, settled):
        nina = Membership.objects.get(account__first_name="Nina")
        long_ago = timezone.now() - timedelta(days=40)
        Membership.objects.filter(pk=nina.pk).update(
            entered_at=long_ago, provisional_until=long_ago + timedelta(days=7), proved_until=timezone.now()
        )
        assert not are_settled()
        settle_inhabitants(settled)
        assert are_settled()
        (home,) = viewer_of(nina.account_id).homes
        assert home.provisional

    def test_whoever_was_erased_comes_back_with_what_they_said(self, settled):
        Account.objects.get(first_name="Camille").delete()
        assert not are_settled()
        settle_inhabitants(settled)
        assert are_settled()
        assert Account.objects.filter(first_name="Camille").count() == 1

    def test_a_manager_who_was_erased_comes_back_with_what_hung_on_it(self, settled):
        marcel = Account.objects.get(first_name="Marcel")
        erase(account=Account.objects.get(first_name="Nathalie"))
        assert residences_kept_by(marcel, *ACTING) == []
        assert not are_settled()
        settle_inhabitants(settled)
        assert are_settled()
        assert residences_kept_by(marcel, *ACTING) == [settled["here"]]

    def test_a_town_hall_tells_a_quarter_and_everyone_reads_it(self, settled):
        (notice,) = Listing.objects.live().visible_to(ANONYMOUS).filter(kind="notice")
        assert notice.demonstration and notice.neighbourhood.name == "Ouest"
        assert notice.organisation.name == "Mairie de Enfilade (démonstration)"
        erase(account=Account.objects.get(first_name="Sylvie"))
        settle_inhabitants(settled)
        assert are_settled() and Organisation.objects.filter(kind="municipality", ended_at=None).count() == 1

    def test_a_manager_who_gave_it_up_is_not_replaced(self, settled):
        nathalie = Account.objects.get(first_name="Nathalie")
        end_management(by=nathalie, management=nathalie.managements.get())
        assert are_settled()
        settle_inhabitants(settled)
        assert residences_kept_by(Account.objects.get(first_name="Marcel"), *ACTING) == []

    def test_who_asks_is_shown_to_keepers_and_a_letter_waits(self, settled):
        (asking,) = introduced_to_keepers(settled["here"].pk)
        assert asking.account.first_name == "Paul"
        assert [letter.membership for letter in Letter.objects.waiting()] == [asking]

    def test_each_is_who_they_are_said_to_be(self, settled):
        viewers = {account.first_name: viewer_of(account.pk) for account in Account.objects.all()}
        assert {name for name, viewer in viewers.items() if not viewer.homes} == {
            "Paul",
            "Dominique",
            "Nathalie",
            "Odile",
            "Basile",
            "Sylvie",
        }
        assert {name for name, viewer in viewers.items() if len(viewer.homes) == 2} == {"Inès"}
        assert {name for name, viewer in viewers.items() if any(home.provisional for home in viewer.homes)} == {"Nina"}
        assert {name for name, viewer in viewers.items() if any(home.moderates for home in viewer.homes)} == {"Sofia"}
        assert {name for name, viewer in viewers.items() if any(not h.lives_there for h in viewer.homes)} == {"Hélène"}
        kept = {account.first_name for account in Account.objects.all() if residences_kept_by(account, *ACTING)}
        assert kept == {"Nathalie", "Marcel", "Françoise"}
        assert Account.objects.filter(is_staff=True).get().first_name == "Dominique"
        # Their addresses lead nowhere: `.invalid` is nobody's (RFC 2606).
        assert all(email.endswith(".invalid") for email in Account.objects.values_list("email", flat=True))

    @pytest.mark.slow
    def test_one_click_leads_to_the_main_job(self, settled):
        client = Client()
        for persona in PERSONAS:
            assert become(persona.slug, client)[1].headers["Location"] == persona.start
            page = client.get(persona.start)
            assert page.status_code == 200, persona.slug
            assert f"<span>{persona.account.first_name}</span>" in page.content.decode()
        people = client.get("/demo/").content.decode()
        assert people.count("/demo/devenir/") == len(PERSONAS)
        assert people.count('<button type="submit" aria-current="true">') == 1
        # One is one person at a time: the staff's pages went with Dominique.
        become("karim", client)
        assert client.get("/moderation/astreinte/").status_code == 404
        assert "Camille" not in client.get("/immeuble/").content.decode()


@pytest.mark.slow
class TestTheShop:
    @pytest.fixture
    def shops(self, homes):
        place = {"municipality": homes["here"].municipality, "location": homes["here"].location, "demonstration": True}
        return [publish(category=what, title=what, address="3 rue Dorée", **place) for what in ("bakery", "cafe")]

    def test_it_is_kept_and_another_waits_for_its_letter(self, homes, shops):
        settle_inhabitants(homes)
        basile = Account.objects.get(first_name="Basile")
        (kept,) = Claim.objects.held()
        assert (kept.listing_id, kept.asked_by) == (shops[0].pk, basile) and are_settled()
        assert Claim.objects.waiting().get().letter.addressee == "cafe"
        assert SearchEntry.objects.get(listing=shops[0]).card["checked"] and [
            one.listing_id for one in Remark.objects.all()
        ] == [shops[0].pk]
        settle_inhabitants(homes)
        assert Claim.objects.count() == 2


def test_the_residences_are_where_they_are_said_to_be():
    """Of 12 to 30 dwellings, with an address: here and next in one cell, near in the quarter, across in another."""
    village = make_village()
    for letter, dwellings in {"A": 20, "B": 12, "C": 30, "D": 31, "E": 25, "F": 11}.items():
        home = village.residences[letter]
        Residence.objects.filter(pk=home.pk).update(dwellings=dwellings)
        quarter = home.public_cell.containments.get().neighbourhood
        Containment.objects.create(residence=home, neighbourhood=quarter, kind=quarter.kind)
        place = {"key": f"test:{letter}", "source": "test", "municipality": village.town, "location": home.location}
        footprint = MultiPolygon(home.location.buffer(0.0001))
        building = Building.objects.create(residence=home, footprint=footprint, **place)
        Address.objects.create(building=building, number=1, street_name="Rue", **place)
    expected = {"here": "A", "next": "B", "near": "C", "across": "E"}
    assert residences("44109") == {name: village.residences[letter] for name, letter in expected.items()}


class TestBecomingNobody:
    def test_someone_who_is_not_there_is_not_shown(self, client):
        assert "Karim" not in client.get("/demo/").content.decode()
        assert become("karim")[1].status_code == 404
        assert become("nobody")[1].status_code == 404

    def test_it_is_asked_for_by_a_form_of_ours(self):
        forged = Client(enforce_csrf_checks=True)
        assert forged.post("/demo/devenir/camille/").status_code == 403
        assert forged.get("/demo/devenir/camille/").status_code == 405


@pytest.mark.privacy
class TestElsewhere:
    """Outside the demonstration there is nothing at these addresses, whatever is in the database."""

    @pytest.fixture(autouse=True)
    def in_production(self, settings):
        settings.DEMO = False

    @pytest.mark.parametrize("path", ["/demo/", "/demo/courrier/", "/demo/devenir/camille/"])
    def test_it_does_not_exist(self, client, path):
        Account.objects.create_user(address_of("camille"), first_name="Camille", last_name="Durand")
        for answer in (client.get(path), client.post(path)):
            assert answer.status_code == 404
        assert "_auth_user_id" not in client.session

    def test_no_page_speaks_of_it(self, client):
        assert "demo" not in client.get("/compte/entrer/").content.decode()


class TestMailbox:
    @pytest.fixture(autouse=True)
    def files(self, settings, tmp_path):
        settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
        settings.EMAIL_FILE_PATH = tmp_path / "mails"

    def write(self, number: int = 0) -> None:
        send(to=f"nina{number}@example.org", template="code", language="fr", code=f"{number:04} 5678")
        run_jobs()

    def test_there_may_be_none(self, client):
        assert "Rien encore" in client.get("/demo/courrier/").content.decode()

    def test_a_code_can_be_read_there(self, client):
        self.write()
        page = client.get("/demo/courrier/").content.decode()
        assert "0000 5678" in page
        assert "nina0@example.org" in page
        assert "un quart d’heure" in page

    def test_the_newest_comes_first_and_the_old_are_left_out(self, settings):
        folder = Path(settings.EMAIL_FILE_PATH)
        for number in range(LATEST + 2):
            self.write(number)
            # Django may write two mails of one second into one file.
            (written,) = (path for path in folder.glob("*.log") if not path.stem.isdigit())
            written.rename(folder / f"{number}.log")
        read = list(latest_mails())
        assert [received.to for received in read] == [
            f"nina{number}@example.org" for number in range(LATEST + 1, 1, -1)
        ]

    def test_what_a_mail_says_is_text(self, client):
        mail.send_mail("<b>Sujet</b>", "<script>alert(1)</script>", None, ["a@example.org"])
        page = client.get("/demo/courrier/").content.decode()
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page
