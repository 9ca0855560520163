"""The privacy matrix: every route x every viewer x every kind of row, asked for real."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, time
from functools import cache
from operator import attrgetter
from unittest.mock import patch

import pypdfium2
import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from directory.analysis_models import Analysis
from directory.kinds import exchange_of, page_of
from directory.models import (
    AskPhoto,
    Carpool,
    Conversation,
    Interest,
    Listing,
    Message,
    MessagePhoto,
    Promise,
    RideAgreement,
    Side,
)
from scopes import second_lock
from scopes.models import Account, Organisation
from scopes.querysets import AddressedQuerySet
from scopes.viewer import ANONYMOUS
from scopes.viewing import viewer_of
from tests.directory.ride_oracle import PARIS
from tests.directory.ride_service import API as RIDES_API
from tests.directory.ride_service import ROUTES as ROUTES_OF_RIDES
from tests.directory.ride_service import Service, seconds
from tests.neighbours import sign_in
from tests.privacy_matrix import KEPT, RIDE_ASKED, RIDE_DAY, ROUTES, TAKEN_BACK
from tests.privacy_people import CIRCLE, EAST, EVERYONE, INSIDE, KEEPERS
from tests.privacy_route import DATA, DRAWN, Route
from tests.privacy_rows import ANSWER, ASKED, CANARY, HELPED, WRITTEN
from tests.privacy_shares import EVERY_DAY, asked_every_day, every_viewer, rows_to_ask_for
from tests.privacy_world import NOBODY, World, make_world

#: What is kept between two people, each in a table of its own.
KEPT_BETWEEN_TWO = (Conversation, Side, Message, MessagePhoto, Promise, RideAgreement)

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]


@pytest.fixture(scope="module")
def kept(whole_module) -> World:
    """The world, made once for the module."""
    return make_world()


@pytest.fixture
def world(kept, db) -> World:
    return kept


def route_names(patterns, prefix=""):
    """Name every route of a URLconf; one without a name is named by its address."""
    for pattern in patterns:
        address = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from route_names(pattern.url_patterns, address)
        elif isinstance(pattern, URLPattern):
            yield pattern.name or address


def test_every_route_has_a_row():
    assert set(route_names(get_resolver().url_patterns)) == set(ROUTES)


@pytest.fixture
def thoroughly(request) -> bool:
    """Whether each route is asked for all that it can be asked for."""
    return request.config.getoption("--slow")


def asked(client, world: World, viewer: str, *, thoroughly: bool, which: Callable[[Route], bool]):
    """Ask these routes for what can be told apart there; yield its name, the route, the row and the answer."""
    for name, ways in ROUTES.items():
        for route in filter(which, ways):
            for row in rows_to_ask_for(world.rows, route, viewer, thoroughly=thoroughly):
                answer = route.ask(client, row.listing.public_id)
                assert answer.status_code < 500, name
                yield name, route, row, answer


def words(answer) -> str:
    """What can be read in an answer: an archive and a sheet are opened first; of a picture, nothing."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if answer.headers.get("Content-Type") == "application/zip":
        with zipfile.ZipFile(io.BytesIO(body)) as folder:
            body = b"\n".join(name.encode() + folder.read(name) for name in folder.namelist())
    elif answer.headers.get("Content-Type") == "application/pdf":
        return "\n".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(body))
    return body.decode(errors="replace")


@contextmanager
def looking(client, account: Account | None):
    """Look as this person, as a program by its key, or as a passer-by."""
    if program := getattr(account, "program", None):
        client.defaults["HTTP_AUTHORIZATION"] = program.headers["Authorization"]
    elif account:
        sign_in(client, account, two_factors=account.actings.exists())
    yield client
    client.logout()
    client.defaults.pop("HTTP_AUTHORIZATION", None)


def test_every_day_each_row_is_refused_to_someone_and_each_kind_is_asked_for_everywhere(world):
    """Shares lose nothing: what one viewer does not ask for, another does on the same day."""
    of_one = [way for ways in ROUTES.values() for way in ways if way.names_a_listing and way.shows_listings]
    for route in of_one:
        ways = [(viewer, rows_to_ask_for(world.rows, route, viewer, thoroughly=False)) for viewer in EVERY_DAY]
        refused = {row.canary for viewer, rows in ways for row in rows if viewer not in row.seen_by}
        own = [row for row in world.rows if route.address(row.listing) == page_of(row.listing)]
        assert {row.canary for row in own if not row.seen_by.issuperset(EVERY_DAY)} <= refused, route.pattern
        kinds = {row.listing.kind for row in world.rows}
        assert {row.listing.kind for _, rows in ways for row in rows} == kinds, route.pattern


@every_viewer()
def test_everyone_sees_what_is_theirs_and_nothing_else(client, world, viewer, thoroughly):
    met, opened = set(), set()
    with looking(client, world.people[viewer]):
        get_once = cache(client.get)

        def which(route: Route) -> bool:
            return thoroughly or asked_every_day(viewer, route)

        for name, route, row, answer in asked(client, world, viewer, thoroughly=thoroughly, which=which):
            body = words(answer)
            assert route.shows_listings or CANARY not in body, f"{name} shows listings to {viewer}"
            assert ANSWER not in body or viewer in INSIDE, f"the answer leaks from {name} to {viewer}"
            assert ASKED not in body or viewer == "author", f"what was asked leaks from {name} to {viewer}"
            assert WRITTEN not in body, f"what was written in private leaks from {name} to {viewer}"
            is_theirs = name == "helps" and viewer in CIRCLE
            assert (HELPED in body) == is_theirs, f"a helping hand at {name} for {viewer}"
            there = {other.canary: other for other in world.rows if other.canary in body}
            leaks = [other.listing.level for other in there.values() if not other.may_be_shown(viewer, name)]
            assert not leaks, f"{leaks} from {name} to {viewer}"
            met |= there.keys()
            if route.names_a_listing and route.shows_listings:
                opened |= {row.canary} if answer.status_code == 200 else set()
                if not row.may_be_shown(viewer, name) and row.only_at != name:  # there, one first signs in
                    absent = get_once(route.address_of(NOBODY))
                    said = body.replace(str(row.listing.public_id), NOBODY)
                    assert answer.status_code == absent.status_code == 404, f"{name} answers {viewer}"
                    assert said == words(absent), f"{name} tells {viewer} what is forbidden from what is absent"
    theirs = {row.canary for row in world.rows if viewer in row.seen_by}
    assert met == opened == theirs, "a matrix of empty answers would prove nothing"


@every_viewer("anonymous", "next residence")
def test_row_level_security_alone_keeps_residences(client, world, viewer, thoroughly):
    """The rule of visibility is switched off: PostgreSQL still shows no row of a residence one does not belong to."""

    def everything(self, viewer):
        return self

    belongs = {"next residence": {"B"}, "two homes": {"A", "F"}, **{name: {"E"} for name in EAST}}
    belongs |= {name: {"A"} for name in INSIDE - {"two homes"} | {"absent owner"}}
    theirs = {world.village.residences[name].pk for name in belongs.get(viewer, ())}
    kept = [row for row in world.rows if row.listing.residence_id and row.listing.residence_id not in theirs]
    with (
        patch.object(AddressedQuerySet, "visible_to", everything),
        patch("directory.nearby.visible_to_sql", lambda viewer, *, alias: ("true", {"muted_aliases": []})),
        patch("directory.ride_matching.visible_to_sql", lambda viewer, *, alias: ("true", {})),
        patch("directory.feeds.visible_to_each_sql", lambda *, alias, viewer: "true"),
        looking(client, world.people[viewer]),
    ):
        few = replace(world, rows=[world.rows[0], *kept])
        asking = asked(client, few, viewer, thoroughly=thoroughly, which=attrgetter("shows_listings"))
        seen = "".join(words(answer) for *_, answer in asking)
    assert kept and not [row.canary for row in kept if row.canary in seen]


@every_viewer(*EVERY_DAY, "author", "agent")
def test_what_is_asked_in_private_is_its_authors_and_the_organisations(client, world, viewer):
    agent = Account.objects.get(actings__organisation=world.asked.organisation)
    account = agent if viewer == "agent" else world.people[viewer]
    with second_lock.opened(world.opened):
        photo = AskPhoto.objects.get().public_id
    ways = {"/demandes/{}/": "author", "/avis/demandes/{}/": "agent", "/demandes/photo/{}/": "author agent"}
    ways["/demandes/{}/plan.svg"] = "author agent"
    if account:
        sign_in(client, account, two_factors=True)
    for way, theirs in ways.items():
        key = photo if "photo" in way else world.asked.public_id
        answer, absent = client.get(way.format(key)), client.get(way.format(NOBODY))
        if viewer in theirs.split():
            assert answer.status_code == 200
        else:
            # A passer-by is asked to sign in, whatever the address.
            assert answer.status_code == absent.status_code != 200, (way, viewer)
            assert words(answer).replace(str(key), NOBODY) == words(absent)
    client.logout()


@every_viewer(*EVERY_DAY, "author", "blocked")
def test_what_two_people_write_to_each_other_is_theirs_alone(client, world, viewer):
    account = world.people[viewer]
    with second_lock.opened(world.opened):
        keys = {
            "/messages/{}/": world.message.conversation.public_id,
            "/messages/photo/{}/": world.message.photos.get().public_id,
        }
    if account:
        sign_in(client, account, two_factors=True)
    for way, key in keys.items():
        answer, absent = client.get(way.format(key)), client.get(way.format(NOBODY))
        if viewer in ("author", "resident"):
            assert answer.status_code == 200
        else:
            assert answer.status_code == absent.status_code != 200, (way, viewer)
            assert words(answer).replace(str(key), NOBODY) == words(absent)
    assert WRITTEN not in client.get("/messages/", follow=True).text
    client.logout()


@every_viewer(*EVERY_DAY, "author", "blocked")
def test_a_ride_is_agreed_between_two_and_told_to_nobody_else(client, world, viewer):
    agreement, ride, theirs = world.agreed, world.agreed.ride, viewer in ("author", "resident")
    with looking(client, world.people[viewer]):
        assert (f"/mes-trajets/{agreement.public_id}/" in words(client.get("/mes-trajets/", follow=True))) == theirs
        answer, absent = (client.get(f"/mes-trajets/{key}/trajet.ics") for key in (agreement.public_id, NOBODY))
        assert (answer.status_code == 200) == theirs and absent.status_code != 200
        for deed in ("accept", "skip", "miss", "cancel"):
            if not theirs:
                done, absent = (
                    client.post(f"/mes-trajets/{key}/", {"deed": deed, "day": RIDE_DAY})
                    for key in (agreement.public_id, NOBODY)
                )
                assert done.status_code == absent.status_code != 200
                assert words(done).replace(str(agreement.public_id), NOBODY) == words(absent)
        asking = {"day": RIDE_DAY, "rhythm": "once", "seats": "1", "pick_up": ride.start, "drop_off": ride.end}
        if viewer not in INSIDE:
            refused, absent = (
                client.post(f"/covoiturages/{key}/demander/", asking) for key in (ride.public_id, NOBODY)
            )
            assert refused.status_code == absent.status_code == 404
            assert words(refused).replace(str(ride.public_id), NOBODY) == words(absent)
    with second_lock.opened(world.opened):
        assert RideAgreement.objects.get().status == RideAgreement.Status.CONFIRMED


@every_viewer(*EVERY_DAY, *sorted(CIRCLE))
def test_a_helping_hand_is_its_trusted_circle_s_alone(client, world, viewer):
    key = world.help.public_id
    with looking(client, world.people[viewer]):
        answer, absent = client.get(f"/coups-de-main/{key}/"), client.get(f"/coups-de-main/{NOBODY}/")
        if viewer in CIRCLE:
            assert answer.status_code == 200 and HELPED in words(answer)
        else:
            assert answer.status_code == absent.status_code != 200, viewer
            assert words(answer).replace(str(key), NOBODY) == words(absent)


@every_viewer(*EVERY_DAY, *sorted(KEEPERS), "municipality", "merchant")
def test_what_a_circle_asks_its_town_hall_for_says_to_nobody_whose_it_is(client, world, viewer):
    hall = Organisation.objects.get(kind="municipality", admitted_at__isnull=False)
    with looking(client, world.people[viewer]):
        page = client.get(f"/organismes/{hall.handle}/benevoles/")
        absent = client.get(f"/organismes/{NOBODY}/benevoles/")
        if viewer == "municipality":
            body = words(page)
            assert page.status_code == 200 and "semaine du" in body and "Fauvette" in body
            assert not [known for known in ("Alice", HELPED, str(world.help.public_id)) if known in body]
        else:
            assert page.status_code == absent.status_code != 200, viewer
        theirs = client.get(f"/coups-de-main/{world.help.public_id}/")
        assert ("mairie/" in words(theirs)) == (viewer in KEEPERS), viewer
        own = client.get("/coups-de-main/benevole/")
        assert ("Fauvette" in words(own)) == (viewer == "merchant")


@every_viewer(*EVERY_DAY, "municipality")
def test_an_analysis_is_read_at_its_address_and_once_taken_back_by_its_town_alone(client, world, viewer):
    keeps = viewer in ("staff", "municipality")
    with looking(client, world.people[viewer]):
        for way in ("", "analyse.csv"):
            told, gone, absent = (client.get(f"/ville/couverture/{key}/{way}") for key in (KEPT, TAKEN_BACK, NOBODY))
            assert told.status_code == 200 and "Enfilade" in words(told), way
            assert gone.status_code == (200 if keeps else absent.status_code), way
            assert keeps or words(gone).replace(TAKEN_BACK, NOBODY) == words(absent), way
        for key in (KEPT, TAKEN_BACK):
            tended, absent = (
                client.post(f"/ville/couverture/{one}/tenir/", {"deed": "renew", "is_renewed": "yes"})
                for one in (key, NOBODY)
            )
            assert tended.status_code == (302 if keeps else absent.status_code)
            assert keeps or words(tended).replace(key, NOBODY) == words(absent)
        assert Analysis.objects.filter(is_renewed=True).count() == (2 if keeps else 0)
        public = client.get("/ville/couverture/analyse.geojson", {"town": "44109", "service": "food"})
        places = [one for one in json.loads(public.content)["features"] if one["properties"]["couche"] == "lieu"]
        assert len(places) == 1, "of the shops of this place, everyone sees one"


@pytest.mark.parametrize("form", [*DATA, *(pytest.param(form, marks=[pytest.mark.slow]) for form in DRAWN)])
def test_every_form_of_file_of_an_analysis_is_full_and_names_no_listing(client, world, form):
    for where, query in (("", {"town": "44109", "service": "food"}), (f"{KEPT}/", {})):
        answer = client.get(f"/ville/couverture/{where}analyse.{form}", query)
        body = words(answer)
        assert answer.status_code == 200 and (form == "png" or "logement" in body), where
        assert CANARY not in body, where


@every_viewer(*EVERY_DAY, "author")
def test_a_voucher_is_its_keeper_s_and_kept_by_whoever_reads_the_offer(client, world, viewer):
    account, row = world.people[viewer], world.voucher
    where = "/offre/{}/{}/".format
    with looking(client, account):
        shown, absent = (client.get(where(key, "bon")) for key in (row.listing.public_id, NOBODY))
        listed = words(client.get("/moi/bons/"))
        if viewer == "resident":
            assert shown.status_code == 200 and row.canary in words(shown) and row.canary in listed
        else:
            assert shown.status_code == absent.status_code != 200 and row.canary not in listed
            assert words(shown).replace(str(row.listing.public_id), NOBODY) == words(absent)
        kept, absent = (client.post(where(key, "garder")) for key in (row.listing.public_id, NOBODY))
        may = account is not None and viewer in row.seen_by
        assert may == (kept.headers.get("Location") == f"/offre/{row.listing.public_id}/")
        assert may or (kept.status_code, words(kept).replace(str(row.listing.public_id), NOBODY)) == (
            absent.status_code,
            words(absent),
        )
        assert Interest.objects.count() == 1 + (may and viewer != "resident")


def ride_searches() -> Iterator[tuple[str, dict]]:
    """A search of each kind that finds every ride of the world."""
    leaves = seconds(datetime.combine(date.fromisoformat(RIDE_DAY), time(7, 30), PARIS))
    for name in ROUTES_OF_RIDES:
        when = {"departureDate": leaves} if "journeys" in name else {"departureTimeOfDay": "07:30:00"}
        yield name, RIDE_ASKED | when


@every_viewer(*EVERY_DAY, "operator key")
def test_rides_are_searched_by_the_key_of_a_service_alone(client, world, viewer):
    with looking(client, world.people[viewer]):
        told = {client.get(f"{RIDES_API}{name}", asked).content for name, asked in ride_searches()}
        refused = client.get(f"{RIDES_API}driver_journeys", headers={"X-API-Key": "ale_nobody_knows"})
    assert told == {refused.content} and refused.status_code == 401


def test_a_service_finds_what_its_authors_show_beyond_and_nothing_else(world):
    rides = {exchange_of(row.listing): row.seen_by for row in world.rows if row.listing.kind == "carpool"}
    ticked = {one: seen_by for one, seen_by in rides.items() if one.shared_beyond}
    beyond = [one for one, seen_by in ticked.items() if seen_by]
    assert len(rides) > 6 and len(ticked) == 3 and len(beyond) == 2, "one of those ticked was hidden"
    for name, asked in ride_searches():
        (told,) = world.service.found(name, asked)
        looked_for = Carpool.Direction.OFFER if "driver" in name else Carpool.Direction.REQUEST
        (ride,) = [one for one in beyond if one.direction == looked_for]
        assert told["webUrl"].endswith(page_of(ride))
        body = json.dumps(told, ensure_ascii=False)
        assert not [word for word in (CANARY, "Alice", ride.author.public_id) if str(word) in body]
    world.service.key.organisation.searches_rides = False
    world.service.key.organisation.save()
    unknown = Service("ale_nobody_knows", world.service.key)
    for name, asked in ride_searches():
        assert world.service.ask(name, asked).content == unknown.ask(name, asked).content


@pytest.mark.parametrize("viewer", sorted(EVERYONE))
def test_row_level_security_alone_keeps_what_is_written_in_a_residence(world, viewer):
    account = world.people[viewer]
    who = viewer_of(account.pk) if account else ANONYMOUS
    inside = world.village.residences["A"].pk in who.residence_ids
    with second_lock.opened(who.residence_ids):
        assert {model.objects.exists() for model in KEPT_BETWEEN_TWO} == {inside}


@pytest.mark.parametrize("viewer", sorted(EVERYONE))
def test_the_rule_itself(world, viewer):
    account = world.people[viewer]
    who = viewer_of(account.pk) if account else ANONYMOUS
    with second_lock.opened(world.opened):
        seen = set(Listing.objects.live().visible_to(who).values_list("title", flat=True))
    assert seen == {row.canary for row in world.rows if viewer in row.seen_by and not row.only_at}
