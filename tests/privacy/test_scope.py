"""T9 of privacy.md: what is not one's own answers like what does not exist, and nothing comes of asking for it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import ProgrammingError, connection, transaction
from django.http import HttpResponse
from django.test import Client

from directory.models import Answer, Case, Post
from geo.models import Residence
from scopes import second_lock
from scopes.introducing import introduce
from scopes.managing import grant_management
from scopes.models import Code, Level, Membership
from scopes.on_call import on_call
from scopes.proofs.codes import make_code
from scopes.rights.archives import make_archive
from tests.directory.browsing import browser
from tests.directory.speaking import reply, say
from tests.neighbours import asker, neighbour, person
from tests.privacy.answers import NOBODY, body_of, difference, without
from tests.scopes.entering import DAY
from tests.scopes.village import make_village

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]

#: What any visit may write: sessions, that someone came, limits and what waits to be said; never what is someone’s.
OF_VISITS = {"cache", "scopes_session", "django_session", "scopes_attempts", "scopes_presence"}


class Place:
    """The village, with what is private in residence A, and those who have no business there."""

    def __init__(self) -> None:
        self.village = make_village()
        home = self.village.residences
        self.alice = neighbour("Alice", home["A"])
        self.rene = neighbour("René", home["A"])
        self.strangers = {
            "next residence": neighbour("Bruno", home["B"]).account,
            "next quarter": neighbour("Elsa", home["E"]).account,
            "unproven": asker("Ugo", home["A"]).account,
            "former": neighbour("Félix", home["A"], ended_at=self.alice.asked_at).account,
            "absent owner": neighbour("Olga", home["A"], role="absent_owner").account,
            "staff": person("Sam", is_staff=True),
            "manager": person("Régie"),
            "passer-by": None,
        }
        staff, manager = self.strangers["staff"], self.strangers["manager"]
        grant_management(staff=staff, account=manager, residence=home["A"])
        self.keeper_of_b = person("Syndic")
        grant_management(staff=staff, account=self.keeper_of_b, residence=home["B"])
        self._browsers = {
            name: browser(account, two_factors=name == "manager") for name, account in self.strangers.items()
        }
        self.post = say(self.alice, Level.RESIDENCE, "Canari")
        self.answer = reply(self.rene, self.post, "Canari répond.")

    def browser_of(self, stranger: str) -> Client:
        """A stranger's browser, in which nothing waits to be said of the deed before."""
        self._browsers[stranger].cookies.pop("messages", None)
        return self._browsers[stranger]


@pytest.fixture(scope="module")
def place(whole_module) -> Place:
    return Place()


def everything_stored() -> dict[str, str]:
    """A digest of each table, residences opened and reported things too."""
    opened = list(Residence.objects.values_list("pk", flat=True))
    with second_lock.opened(opened), on_call(), connection.cursor() as cursor:
        tables = [
            table
            for table in connection.introspection.table_names(cursor)
            if table not in OF_VISITS and not table.startswith(("procrastinate", "geo_", "spatial"))
        ]
        rows = "string_agg(row::text, chr(10) ORDER BY row::text)"
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', md5({rows}) FROM \"{table}\" AS row" for table in tables))
        return dict(cursor.fetchall())


@contextmanager
def nothing_is_written():
    """Assert that every table is as it was."""
    before = everything_stored()
    yield
    after = everything_stored()
    assert {table for table in after if after[table] != before[table]} == set()


#: Address of a deed or page, and the form sent to it.
POST_ADDRESSES = [
    ("/mot/{}/", {"text": "Je réponds quand même."}),
    ("/mot/{}/modifier/", {"title": "Autre", "text": "Autre"}),
    ("/mot/{}/retirer/", {}),
    ("/mot/{}/reponses/", {}),
    ("/mot/{}/ouvrir/", {}),
    ("/signaler/{}/", {"reason": "hurtful", "words": "Signalé."}),
    ("/discretion/{}/", {}),
    ("/annonce/{}/", {}),
    ("/api/listings/{}/", {}),
]
ANSWER_ADDRESSES = [("/reponse/{}/retirer/", {}), POST_ADDRESSES[5], POST_ADDRESSES[6]]
EVERY_DAY, AT_NIGHT = (
    ["next residence", "unproven", "passer-by"],
    ["next quarter", "former", "absent owner", "staff", "manager"],
)
STRANGERS = EVERY_DAY + AT_NIGHT
EACH_STRANGER = EVERY_DAY + [pytest.param(stranger, marks=pytest.mark.slow) for stranger in AT_NIGHT]


def check_like_absent(client, address: str, form: dict, public_id: UUID) -> None:
    """Assert that an id is read, and sent a form to, like one that nothing has."""
    for ask in (client.get, lambda where: client.post(where, form)):
        check_answers_alike(client, ask, address, public_id)


def check_answers_alike(client, ask: Callable[[str], HttpResponse], address: str, public_id: UUID) -> None:
    """Assert that an id is answered like one that nothing has, in every byte."""
    answers = []
    for wanted in (NOBODY, public_id):
        client.cookies.pop("messages", None)  # what the deed before left to be said
        answers.append(without(ask(address.format(wanted)), wanted))
    told = difference(*answers)
    assert not told, f"{address} {told}"


@pytest.mark.parametrize(
    "stranger", ["next residence", *(pytest.param(one, marks=pytest.mark.slow) for one in STRANGERS[1:])]
)
def test_its_headers_alone_are_like_nothing_too(place, stranger):
    client = place.browser_of(stranger)
    for address, _form in POST_ADDRESSES:
        check_answers_alike(client, client.head, address, place.post.public_id)


@pytest.mark.parametrize("stranger", EACH_STRANGER)
def test_what_is_in_a_residence_is_like_nothing_to_a_stranger(place, stranger):
    client = place.browser_of(stranger)
    with nothing_is_written():
        for address, form in POST_ADDRESSES:
            check_like_absent(client, address, form, place.post.public_id)
        for address, form in ANSWER_ADDRESSES:
            check_like_absent(client, address, form, place.answer.public_id)


def test_a_neighbour_reads_what_only_its_author_changes(place):
    client = browser(place.rene)
    with nothing_is_written():
        for address, form in POST_ADDRESSES[1:5]:
            check_like_absent(client, address, form, place.post.public_id)
        check_like_absent(browser(place.alice), "/reponse/{}/retirer/", {}, place.answer.public_id)


@pytest.mark.parametrize("stranger", EACH_STRANGER)
def test_search_and_lists_do_not_hold_it(place, stranger):
    client = place.browser_of(stranger)
    here = {"lon": place.village.cells[0].location.x, "lat": place.village.cells[0].location.y}
    circles = ("nearest", "residence", "voisinage", "neighbourhood", "municipality", "500m", "10min")
    asked = [("/api/nearby/", {**here, "within": circle, "q": q}) for circle in circles for q in ("canari", "")]
    asked += [("/", {**here, "within": circle}) for circle in circles] + [("/imprimer/", {**here, "within": "500m"})]
    asked += [(address, {"page": page}) for address in ("/immeuble/", "/quartier/", "/ville/") for page in (1, 2)]
    asked += [("/api/listings/", {}), ("/api/listings/", {"kind": "post"}), ("/api/addresses/", {"q": "Canari"})]
    for address, query in asked:
        answer = client.get(address, {name: value for name, value in query.items() if value != ""})
        assert b"Canari" not in body_of(answer), (address, query)


def test_a_strangers_keys_in_a_form_are_not_read(place):
    """Whose post it is, and where, follows from who sends the form; other fields are ignored."""
    bruno = Membership.objects.get(account=place.strangers["next residence"])
    foreign = {
        "author": place.alice.alias_id,
        "author_id": place.alice.alias_id,
        "alias": place.alice.alias.public_id,
        "home": place.alice.handle,
        "membership": place.alice.pk,
        "residence": place.alice.residence_id,
        "residence_id": place.alice.residence_id,
        "space": place.alice.residence_id,
        "cell": place.village.cells[4].pk,
        "neighbourhood": place.village.east.pk,
        "municipality": 1,
        "location": "SRID=4326;POINT(2 48)",
        "catchment": "SRID=4326;MULTIPOLYGON(((2 48,3 48,3 49,2 48)))",
        "audience": "public",
        "openness": "public",
        "public_id": place.post.public_id,
        "id": place.post.pk,
    }
    client = browser(bruno)
    sent = client.post(
        "/publier/mot/", {"title": "Ici", "text": "Ici.", "category": "word", "level": "residence"} | foreign
    )
    assert sent.status_code in (302, 400)
    with second_lock.opened(list(Residence.objects.values_list("pk", flat=True))):
        written = Post.objects.exclude(pk=place.post.pk)
        assert all(
            (post.author_id, post.residence_id, post.space_id, post.cell_id, post.location, post.catchment)
            == (bruno.alias_id, bruno.residence_id, bruno.residence_id, None, None, None)
            for post in written
        )
        assert all(post.openness == "members" for post in written)
        assert Post.objects.get(pk=place.post.pk).title == "Canari"


@pytest.mark.parametrize(
    "deed", ["", "lettre/", "presentation/", "lot/", "position/", "choisir/", "quitter/", "foyer/"]
)
def test_anothers_home_is_like_nothing(place, deed, request):
    form = {"address": "1", "to": "neighbours", "name": "Durand", "lot": "1", "longitude": 0, "latitude": 0}
    with nothing_is_written():
        for stranger in STRANGERS if request.config.getoption("--slow") else EVERY_DAY:
            client = place.browser_of(stranger)
            check_like_absent(client, f"/chez-moi/{{}}/{deed}", form | {"accuracy": 5}, place.alice.handle)


def test_a_newcomer_of_another_residence_cannot_be_vouched_for(place):
    """Not by the handle of a home that is one's own, with the alias of someone who is not a neighbour."""
    bruno = Membership.objects.get(account=place.strangers["next residence"])
    newcomer = neighbour("Nora", place.alice.residence, settled=False)
    with nothing_is_written():
        for said in ("known", "unknown", "withdrawn"):
            check_like_absent(
                browser(bruno), f"/chez-moi/{bruno.handle}/voisins/{{}}/", {"said": said}, newcomer.alias.public_id
            )


def test_anothers_alias_decision_case_and_child_are_like_nothing(place):
    opened_case = Case.objects.none()
    moderator = neighbour("Maud", place.alice.residence, moderates=True)
    browser(place.rene).post(f"/signaler/{place.post.public_id}/", {"reason": "hurtful", "words": "!"})
    with second_lock.opened([place.alice.residence_id]):
        opened_case = Case.objects.get()
    child = person("Zoé", guardian=place.alice.account)
    with nothing_is_written():
        for stranger in EVERY_DAY:
            client = place.browser_of(stranger)
            for address, form in (
                ("/moi/discretion/{}/ecrire/", {"level": "municipality"}),
                ("/moi/discretion/{}/relire/", {}),
            ):
                check_like_absent(client, address, form, place.alice.alias.public_id)
            for address in ("/moderation/{}/", "/moderation/astreinte/{}/", "/mes-messages/decisions/{}/"):
                check_like_absent(client, address, {"deed": "keep"}, opened_case.public_id)
            for page in ("feuille", "quinze-ans"):
                theirs = client.post(f"/compte/enfant/{child.pk}/{page}/")
                nobodys = client.post("/compte/enfant/987654321/feuille/".replace("feuille", page))
                assert (theirs.status_code, body_of(theirs)) == (nobodys.status_code, body_of(nobodys))
    assert browser(moderator).get(f"/moderation/{opened_case.public_id}/").status_code == 200


def test_who_keeps_another_residence_keeps_nothing_here(place):
    """The key of a residence, and the alias of who asks there, are like those of nothing."""
    client = browser(place.keeper_of_b, two_factors=True)
    asking = asker("Ali", place.alice.residence)
    introduce(membership=asking, to="keepers")
    with nothing_is_written():
        for form in ({}, {"withdraw": "1"}):
            check_like_absent(client, "/gerer/confirmer/{}/", form, asking.alias.public_id)
        for deed in ("affiche/", "affiche/retirer/", "lots/"):
            told = []
            for key in ("residence:nowhere", place.alice.residence.key):
                lots = {"lots": SimpleUploadedFile("lots.csv", b"Durand;12")}
                answer = client.post(f"/gerer/{deed}", {"residence": key, "entrance": "A", **lots})
                told.append((answer.status_code, body_of(answer)))
            assert told[0] == told[1]
            assert told[0][0] == 404
    assert place.alice.residence.key.encode() not in body_of(client.get("/gerer/"))
    assert b"Ali" not in body_of(client.get("/gerer/"))


class TestTokens:
    """Codes and links of others open nothing, and say no more than those that nobody ever made."""

    def test_a_letter_of_another_is_like_an_unknown_code(self, place):
        asking = asker("Ali", place.alice.residence)
        expires = asking.asked_at.replace(year=asking.asked_at.year + 1)
        text, code = make_code(
            kind=Code.Kind.LETTER, residence_id=asking.residence_id, membership=asking, expires_at=expires
        )
        spent, _code = make_code(
            kind=Code.Kind.HALL, residence_id=asking.residence_id, expires_at=expires, most_uses=0, entrance="A"
        )
        bruno = place.browser_of("next residence")
        with nothing_is_written():
            unknown = body_of(bruno.post("/chez-moi/code/", {"code": "0000000000", "role": "tenant"}))
            for told in (text, spent):
                refused = body_of(bruno.post("/chez-moi/code/", {"code": told, "role": "tenant"}))
                assert refused.replace(told.encode(), b"0000000000") == unknown
        assert Code.objects.get(pk=code.pk).uses == 0

    def test_the_link_of_anothers_copy_is_like_no_link(self, place, settings, tmp_path):
        settings.STORAGES = settings.STORAGES | {
            "archives": {
                "BACKEND": "django.core.files.storage.FileSystemStorage",
                "OPTIONS": {"location": tmp_path},
            }
        }
        _row, token = make_archive(account=place.alice.account)
        nobodys = "x" * len(token)
        for stranger in EVERY_DAY:
            client = place.browser_of(stranger)
            theirs, none = (client.get(f"/moi/copie/{told}/", follow=True) for told in (token, nobodys))
            assert theirs.status_code == none.status_code
            assert body_of(theirs).replace(token.encode(), nobodys.encode()) == body_of(none)
        assert browser(place.alice).get(f"/moi/copie/{token}/").status_code == 200


class TestTheServingRole:
    """The second lock as PostgreSQL keeps it: the role that serves pages owns nothing and opens nothing by itself."""

    @pytest.fixture(autouse=True)
    def serving(self, place):
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            # A draft that publishing makes anew in each transaction; in this one it is still the owner's.
            cursor.execute("DROP TABLE IF EXISTS staged_schedule")
            cursor.execute("SET LOCAL ROLE alentour_app")
            yield cursor
            cursor.execute("RESET ROLE")

    @pytest.mark.parametrize("table", ["directory_listing", "directory_post", "directory_answer"])
    @pytest.mark.parametrize(
        "deed",
        [
            "ALTER TABLE {} NO FORCE ROW LEVEL SECURITY",
            "ALTER TABLE {} DISABLE ROW LEVEL SECURITY",
            "DROP POLICY of_opened_residences ON {}",
            "ALTER POLICY of_opened_residences ON {} USING (true)",
            "CREATE POLICY mine ON {} USING (true)",
            "ALTER TABLE {} OWNER TO alentour_app",
            "TRUNCATE {} CASCADE",
        ],
    )
    def test_it_cannot_take_the_lock_off(self, serving, table, deed):
        with pytest.raises(ProgrammingError, match=r"must be owner|permission denied"), transaction.atomic():
            serving.execute(deed.format(table))

    def test_it_cannot_become_someone_who_can(self, serving):
        serving.execute("SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_roles WHERE rolname = 'alentour_app'")
        assert serving.fetchone() == (False, False, False)
        serving.execute("SELECT pg_has_role('alentour_app', 'alentour_owner', 'MEMBER')")
        assert serving.fetchone() == (False,)
        serving.execute("SELECT count(*) FROM pg_class WHERE relowner = to_regrole('alentour_app')")
        assert serving.fetchone() == (0,)

    def test_switching_row_security_off_is_an_error_and_shows_nothing(self, serving):
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            serving.execute("SET LOCAL row_security = off")
            serving.execute("SELECT title FROM directory_listing")

    def test_every_table_of_listings_with_a_residence_is_under_the_lock(self, serving):
        serving.execute(
            """SELECT relname FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid
            WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND relname LIKE 'directory%'
              AND attname = 'residence_id' AND NOT attisdropped
              -- Where an organisation sent something is its own to know, and nothing of a resident.
              AND relname <> 'directory_mailing_residences'
              AND NOT (relrowsecurity AND relforcerowsecurity
                       AND EXISTS (SELECT FROM pg_policy WHERE polrelid = pg_class.oid))"""
        )
        assert serving.fetchall() == []

    @pytest.mark.parametrize("setting", ["", "{}", "{-1}"])
    def test_nothing_is_there_unless_it_is_opened(self, serving, place, setting):
        serving.execute("SELECT set_config('alentour.residences', %s, true)", [setting])
        assert not Post.objects.filter(pk=place.post.pk).exists()
        assert not Answer.objects.exists()
        assert Post.objects.filter(pk=place.post.pk).update(title="Autre") == 0
        assert Answer.objects.filter(pk=place.answer.pk).delete()[0] == 0

    def test_nothing_is_moved_into_or_out_of_an_opened_residence(self, serving, place):
        bruno = Membership.objects.get(account=place.strangers["next residence"])
        with second_lock.opened([bruno.residence_id]):
            mine = say(bruno, Level.RESIDENCE, "À nous")
        with second_lock.opened([bruno.residence_id]):
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                Post.objects.filter(pk=mine.pk).update(space=place.alice.residence)
            with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
                Answer.objects.create(
                    listing_id=place.post.pk, residence=place.alice.residence, author=bruno.alias, text="Je suis là."
                )

    def test_pages_are_served_by_it(self, serving, place):
        """The journey of reading and answering needs no more than that role has."""
        client = browser(place.rene)
        assert b"Canari" in client.get("/immeuble/").content
        assert client.post(f"/mot/{place.post.public_id}/", {"text": "Bien lu."}).status_code == 302
        assert client.post(
            "/publier/mot/", {"title": "Oui", "text": "Oui.", "category": "word", "level": "neighbourhood"}
        )
        assert b"Canari" not in place.browser_of("next residence").get("/quartier/").content


def test_a_newcomer_reads_nothing_older(place):
    """Not by the number of a page, by search or by an id."""
    newcomer = neighbour("Nora", place.alice.residence, settled=False)
    with second_lock.opened([place.alice.residence_id]):
        Post.objects.filter(pk=place.post.pk).update(published_at=newcomer.entered_at - DAY)
    client = browser(newcomer)
    check_like_absent(client, "/mot/{}/", {"text": "Je réponds."}, place.post.public_id)
    for address in ("/immeuble/?page=1", "/immeuble/?page=2", "/quartier/", "/api/nearby/?within=residence&q=canari"):
        assert b"Canari" not in body_of(client.get(address)), address
