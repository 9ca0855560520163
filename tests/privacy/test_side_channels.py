"""T7 of privacy.md: size, time, completion and words of an error tell nothing of what one may not see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from directory.models import Carpool, Listing, Post
from scopes import second_lock
from scopes.models import Code, Level, Membership
from scopes.proofs.codes import make_code
from tests.directory.browsing import browser
from tests.directory.exchanged import share
from tests.directory.speaking import reply, say
from tests.neighbours import asker, neighbour, person
from tests.privacy.alike import drawn_alike, the_clock_stands
from tests.privacy.answers import NOBODY, difference, everything_of, without
from tests.privacy.timing import same_time
from tests.privacy_matrix import RIDE_DAY
from tests.scopes.village import Village, make_village

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]

PRIVATE_POSTS, PRIVATE_RIDES = 5_000, 1_000


@dataclass
class Doors:
    """A residence that nobody writes in, one with thousands of private posts, and those who have asked to join each."""

    village: Village
    quiet: Membership
    loud: Membership
    asking_quiet: Client
    asking_loud: Client
    stranger: Client
    passer_by: Client
    #: A private post, its answer, and a private ride.
    hidden: Post
    answer: UUID
    ride: Carpool


@pytest.fixture(scope="module")
def doors(whole_module) -> Doors:
    village = make_village()
    quiet, loud = neighbour("Anne", village.residences["A"]), neighbour("Anne", village.residences["B"])
    hidden = say(loud, Level.RESIDENCE, "Canari")
    answer = reply(loud, hidden, "Canari aussi.")
    ride = share(loud, Level.RESIDENCE, "Canari", kind="carpool")
    with second_lock.opened([loud.residence_id]):
        copy(hidden, "directory_post", PRIVATE_POSTS - 1)
        copy(ride, "directory_carpool", PRIVATE_RIDES - 1)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE directory_listing, directory_post, directory_carpool, scopes_membership, scopes_alias")
    return Doors(
        **{
            "village": village,
            "quiet": quiet,
            "loud": loud,
            "hidden": hidden,
            "answer": answer.public_id,
            "ride": ride,
        },
        asking_quiet=browser(asker("Ugo", quiet.residence)),
        asking_loud=browser(asker("Ugo", loud.residence)),
        stranger=browser(neighbour("Carla", village.residences["C"])),
        passer_by=browser(None),
    )


def copy(said: Listing, table: str, count: int) -> None:
    """Write the same private thing, whose kind has this table, so many times more."""
    listing = ", ".join(_columns("directory_listing") - {'"id"', '"public_id"', '"audience"'})
    own = ", ".join(_columns(table) - {'"listing_ptr_id"'})
    with connection.cursor() as cursor:
        cursor.execute(
            f"""WITH made AS (
                INSERT INTO directory_listing (public_id, {listing})
                SELECT gen_random_uuid(), {listing} FROM directory_listing, generate_series(1, %s) WHERE id = %s
                RETURNING id
            ) INSERT INTO {table} (listing_ptr_id, {own})
            SELECT made.id, {own} FROM made, {table} WHERE listing_ptr_id = %s""",
            [count, said.pk, said.pk],
        )


def _columns(table: str) -> set[str]:
    with connection.cursor() as cursor:
        return {f'"{column.name}"' for column in connection.introspection.get_table_description(cursor, table)}


#: Along the way of every private ride, on a day and at an hour at which each of them passes.
ALONG = {"from": "Place du Milieu", "to": "Place Est", "day": RIDE_DAY, "time": "07:30"}
#: What anyone may ask of the door of a residence without living there.
AT_THE_DOOR: dict[str, Callable[[Client], object]] = {
    "the space": lambda client: client.get("/immeuble/"),
    "its pages": lambda client: client.get("/immeuble/", {"page": 3}),
    "the quarter": lambda client: client.get("/quartier/"),
    "the homes": lambda client: client.get("/chez-moi/"),
    "writing": lambda client: client.get("/publier/mot/"),
    "search": lambda client: client.get("/api/nearby/", {"lat": 47.2173, "lon": -1.5536, "within": "residence"}),
    "words": lambda client: client.get("/api/nearby/", {"lat": 47.2173, "lon": -1.5536, "q": "canari"}),
    "rides": lambda client: client.get("/covoiturages/"),
    "rides along a way": lambda client: client.get("/covoiturages/", ALONG),
    "sharing a ride": lambda client: client.get("/publier/covoiturage/"),
}


@pytest.mark.parametrize("asked", AT_THE_DOOR)
def test_the_door_of_a_residence_is_the_same_with_5_000_private_posts_and_none(doors, asked):
    with the_clock_stands():
        with drawn_alike("door"):
            quiet = everything_of(AT_THE_DOOR[asked](doors.asking_quiet))
        with drawn_alike("door"):
            loud = everything_of(AT_THE_DOOR[asked](doors.asking_loud))
    handles = [home.handle for home in Membership.objects.asking().order_by("pk")]
    one, other = (_anonymous(told, handles) for told in (quiet, loud))
    assert not (told := difference(one, other)), told


def _anonymous(told: tuple[int, tuple, bytes], handles: list[UUID]) -> tuple[int, tuple, bytes]:
    """An answer without the handle of one's own request, which is random."""
    status, headers, body = told
    for handle in handles:
        body = body.replace(str(handle).encode(), b"handle")
    return status, headers, body


@pytest.mark.parametrize(
    "address",
    ["/mot/{}/", "/annonce/{}/", "/api/listings/{}/", "/signaler/{}/", "/echange/{}/", "/messages/a/{}/"],
)
@pytest.mark.parametrize("who", ["stranger", "passer_by"])
def test_a_hidden_id_has_the_size_of_an_unknown_one(doors, address, who):
    client = getattr(doors, who)
    unknown = without(client.get(address.format(NOBODY)), NOBODY)
    for hidden in (doors.hidden.public_id, doors.answer, doors.ride.public_id):
        assert not (told := difference(unknown, without(client.get(address.format(hidden)), hidden))), told


@pytest.mark.parametrize("begun", ["c", "ca", "can", "canar", "canari", "Canari aussi", "Anne", "Anne D"])
def test_nothing_private_completes_what_is_typed(doors, begun):
    for client in (doors.stranger, doors.passer_by):
        for address in ("/api/addresses/", "/api/nearby/"):
            place = {"lat": 47.2173, "lon": -1.5536} if "nearby" in address else {}
            answer = client.get(address, {"q": begun, **place})
            assert b"anari" not in answer.content.lower() and b"anne" not in answer.content.lower()


@pytest.mark.parametrize(
    "wrong",
    [
        {"within": "nowhere"}, {"lat": "x"}, {"cursor": "x"}, {"limit": "0"}, {"category": "canari"}, {"q": "c" * 201},
        {"place": "Canari"}, {"open_at": "x"}, {"lang": "xx"}, {"kind": "canari"},
    ],
)  # fmt: skip
def test_an_error_says_the_same_at_every_door(doors, wrong):
    asked = {"lat": 47.2173, "lon": -1.5536} | wrong
    told = {client.get("/api/nearby/", asked).content for client in (doors.asking_quiet, doors.asking_loud)}
    assert len(told) == 1
    assert b"Canari aussi" not in next(iter(told))


def test_the_measurement_notices_what_takes_longer(doors):
    """A test that notices nothing would prove nothing."""
    quick, slow = (lambda: sum(range(20_000))), (lambda: sum(range(40_000)))
    assert not same_time(quick, slow, pairs=60)
    assert same_time(quick, quick, pairs=60)


@pytest.fixture
def a_code(doors) -> str:
    """The code of a letter on its way to someone else."""
    asking = asker("Ali", doors.loud.residence)
    text, _code = make_code(
        kind=Code.Kind.LETTER,
        residence_id=asking.residence_id,
        membership=asking,
        expires_at=asking.asked_at.replace(year=asking.asked_at.year + 1),
    )
    return text


PAIRS = {"pairs": 1_000}


@pytest.mark.slow
class TestTime:
    """A thousand pairs each."""

    @pytest.mark.parametrize("asked", ["the space", "the quarter", "search", "words", "rides along a way"])
    def test_the_door_takes_as_long(self, doors, asked):
        ask = AT_THE_DOOR[asked]
        assert same_time(lambda: ask(doors.asking_quiet), lambda: ask(doors.asking_loud), **PAIRS)

    @pytest.mark.parametrize("address", ["/mot/{}/", "/api/listings/{}/", "/annonce/{}/"])
    @pytest.mark.parametrize("who", ["stranger", "passer_by"])
    def test_a_hidden_id_takes_as_long_as_an_unknown_one(self, doors, address, who):
        client = getattr(doors, who)
        hidden, unknown = address.format(doors.hidden.public_id), address.format(NOBODY)
        assert same_time(lambda: client.get(hidden), lambda: client.get(unknown), **PAIRS)

    def test_a_hidden_ride_takes_as_long_as_an_unknown_one(self, doors):
        hidden, unknown = (f"/echange/{one}/" for one in (doors.ride.public_id, NOBODY))
        assert same_time(lambda: doors.stranger.get(hidden), lambda: doors.stranger.get(unknown), **PAIRS)

    def test_reporting_what_is_hidden_takes_as_long(self, doors):
        def report(public_id: UUID) -> Callable[[], object]:
            return lambda: doors.stranger.post(f"/signaler/{public_id}/", {"reason": "hurtful", "words": "!"})

        assert same_time(report(doors.hidden.public_id), report(NOBODY), **PAIRS)

    def test_a_code_of_another_takes_as_long_as_an_unknown_one(self, doors, a_code, monkeypatch):
        monkeypatch.setattr("scopes.proofs.attempting.MOST_FAILURES", 10**6)

        def enter(code: str) -> Callable[[], object]:
            return lambda: doors.stranger.post("/chez-moi/code/", {"code": code, "role": "tenant"})

        assert same_time(enter(a_code), enter("0000000000"), **PAIRS)

    def test_an_address_with_an_account_takes_as_long_as_one_without(self, doors, settings):
        settings.EVEN_SECONDS = 0.1
        known = person("Zoé").email

        def enter(email: str) -> Callable[[], object]:
            return lambda: Client().post("/compte/entrer/", {"email": email})

        assert enter(known)().status_code == enter("nobody@example.org")().status_code == 302
        assert same_time(enter(known), enter("nobody@example.org"), pairs=200)
