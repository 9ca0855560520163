"""Anything is posted to every form and every route, by anyone: never a mistake of ours, and nothing half-written."""

from collections.abc import Iterator

import pytest
from django.db import transaction
from django.test import Client

from scopes.models import Account
from tests.config.crawling import Form, Poster, deep, forms_seen, one_of_each
from tests.directory.keyed import NOTICES, program_on
from tests.neighbours import neighbour, person, sign_in
from tests.privacy_matrix import ROUTES
from tests.privacy_world import NOBODY, World, make_world
from tests.scopes.mandates import in_force, organisation
from tests.scopes.village import make_village

pytestmark = pytest.mark.django_db

WHO = ("anonymous", "resident", "agent", "municipality", "staff")
#: What nobody means to write, one after the other in each field.
GARBAGE = {
    "nul": "a\0b",
    "unseen": "\u202e\u200b\u2066\ufeff",
    "turned": "Bonjour \u202eruojnoB\u200b\x07",
    "long": "x" * 20_000,
    "empty": "",
    "number": "-1",
    "huge": "9" * 400,
    "none": "nan",
    "digit": "²٣",
    "id": NOBODY,
    "json": '{"type":"Polygon","coordinates":[[]]}',
    "deep": "[" * 20_000,
    "late": "9999-12-31",
    "early": "0000-00-00",
    "markup": "<script>{{ 7*7 }}%s\\",
}
#: Fields that views read without a form, and some of forms.
_NAMES = """
    address agreed amount category choice code commune contact dwellings deed drawing email empreinte end entrance
    ends_on first_name ground handle heard join kind last_name letter level lines look lot mandate mandates name
    neighbour next on over part-0 quarters reach reason residence residence-2 role said sender sheet text title to town
    use where why without words
"""
FIELDS = _NAMES.split()
BODIES = [deep(), b'"\\ud800"', b'{"reason": "\\ud800"}', b"[" * 200_000, b"{}" * 9, b"\xff", b"NaN", b"1" * 5_000]


def poster(who: str, account: Account | None) -> Poster:
    client = Client()
    if account is not None:
        sign_in(client, account, two_factors=True)
    return Poster(who, client)


def addresses(*ids: object) -> list[str]:
    """Every route of the table, of things with these ids."""
    found = [way.address_of(one) for ways in ROUTES.values() for way in ways for one in ids]
    return list(dict.fromkeys(found))


def no_faults(faults: list[str]) -> None:
    assert not faults, "\n".join([f"{len(faults)} faults", *faults])


class TestEveryDay:
    @pytest.fixture
    def home(self, settings):
        settings.EVEN_SECONDS = 0
        return make_village().residences["A"]

    def test_every_route_takes_garbage_from_who_may_do_most(self, home):
        everyone = neighbour("Zoé", home, moderates=True, account=person("Zoé", is_staff=True)).account
        mandate = in_force(everyone, [home], organisation(everyone))
        who, faults = poster("everyone", everyone), []
        home, own = everyone.memberships.get().handle, mandate.organisation.handle
        ways = [way for ways in ROUTES.values() for way in ways]
        asked = [way.address_of(own if way.pattern.startswith("/organismes/") else home) for way in ways]
        for address in dict.fromkeys(asked):
            faults += who.faults(address, dict.fromkeys(FIELDS, GARBAGE["turned"]))
        no_faults(faults)

    def test_programs_send_anything(self, home):
        program, faults = program_on(home), []
        for number, body in enumerate(BODIES):
            told = {**program.headers, "Idempotency-Key": str(number)}
            faults += Poster("program", program.client).faults(NOTICES, body, "application/json", **told)
        no_faults(faults)


@pytest.fixture(scope="class")
def kept(django_db_setup, django_db_blocker) -> Iterator[World]:
    """A world that all of a class look at; what each writes is taken back."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield make_world()
        transaction.set_rollback(True)


@pytest.mark.slow
@pytest.mark.parametrize("who", WHO)
class TestEveryForm:
    @pytest.fixture
    def world(self, kept, db, settings) -> World:
        settings.EVEN_SECONDS = 0
        return kept

    @pytest.fixture
    def asked(self, world) -> list[str]:
        """Every route, of something public, and of something of a residence."""
        inside = next(row for row in world.rows if row.listing.residence_id)
        return addresses(world.rows[0].listing.public_id, inside.listing.public_id, NOBODY)

    def test_takes_garbage_in_each_field_in_turn(self, world, asked, who):
        person, faults = poster(who, world.people[who]), []
        for form in one_of_each(forms_seen(person.client, asked)):
            for data in bad(form):
                faults += person.faults(form.action, data)
        no_faults(faults)

    def test_takes_bodies_that_are_none_of_its_own(self, world, asked, who):
        person, faults = poster(who, world.people[who]), []
        fields = {f"f{number}": "x" for number in range(2_000)}
        for address in asked:
            for data in ({}, fields, dict.fromkeys(FIELDS, GARBAGE["huge"]), dict.fromkeys(FIELDS, GARBAGE["nul"])):
                faults += person.faults(address, data)
            faults += person.faults(address, deep(), "application/json")
            faults += person.faults(address, b"\xff\xfe\0", "text/plain")
            faults += person.faults(address, b"x" * 14_000_000, "application/octet-stream")
        no_faults(faults)


def bad(form: Form):
    """The form with garbage in each field in turn, in all at once, with one field thrice, and with one missing."""
    untouched = dict(form.fields)
    for text in GARBAGE.values():
        yield dict.fromkeys(form.names, text)
        for name in form.names:
            yield {**untouched, name: text}
    for name in form.names:
        yield {**untouched, name: [untouched[name]] * 3}
        yield {other: value for other, value in form.fields if other != name}
