"""Keys of an organisation's programs: shown once, kept as a keyed hash, over when their maker's role is."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse
from django.utils import timezone

from geo.errors import InvalidParameter
from scopes.errors import Refused
from scopes.expiring import expire
from scopes.models import Acting, ApiKey, Organisation
from scopes.organisations import keys
from scopes.organisations.keys import MOST_A_MINUTE, MOST_KEYS, count, digest_of, key_of, make_key, revoke_key
from scopes.organisations.proposing import end
from scopes.rights.erasing import erase
from scopes.rights.exporting import as_json
from tests.directory.browsing import browser
from tests.neighbours import DAY, person
from tests.scopes.entering import building, later
from tests.scopes.mandates import SIRETS, in_force, organisation, staff

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365)


@pytest.fixture
def home(toy_town):
    return building(3, 1)


@pytest.fixture
def operator(home):
    return person("Odile")


@pytest.fixture
def own(operator, home):
    water = organisation(operator, kind="operator", name="Eau de Villegrille")
    in_force(operator, [home], water)
    return water


def made(operator, own, **columns) -> tuple[str, ApiKey]:
    return make_key(account=operator, organisation=own, **{"name": "supervision", "reach": "send", **columns})


class TestMaking:
    def test_its_text_is_long_and_random_and_kept_nowhere(self, operator, own):
        text, key = made(operator, own)
        other, _key = made(operator, own, name="autre")
        assert text != other and text.startswith(key.prefix) and len(text.removeprefix(key.prefix + "_")) * 5 >= 128
        with connection.cursor() as cursor:
            cursor.execute("SELECT key::text FROM scopes_apikey key")
            assert not any(text[len(key.prefix) + 1 :] in row for (row,) in cursor.fetchall())
        assert key.digest == digest_of(text) and len(key.digest) == 64
        assert key.expires_at - key.made_at == YEAR and not key.may_be_urgent

    def test_the_hash_is_keyed(self, operator, own, settings):
        text, _key = made(operator, own)
        settings.SECRET_KEY = "another"
        assert key_of(text) is None

    def test_only_the_one_responsible_makes_one(self, operator, own):
        writer = person("Lou")
        Acting.objects.create(account=writer, organisation=own, role=Acting.Role.WRITER)
        for stranger in (writer, person("Eve"), staff()):
            with pytest.raises(Refused):
                made(stranger, own)
        assert not ApiKey.objects.exists()

    def test_not_before_a_mandate_is_in_force(self, operator, home):
        waiting = organisation(operator, kind="operator", name="Gaz de Villegrille")
        with pytest.raises(Refused):
            made(operator, waiting)
        Organisation.objects.filter(pk=waiting.pk).update(admitted_at=None)
        with pytest.raises(Refused):
            made(operator, waiting)

    @pytest.mark.parametrize(
        ("parameter", "columns"),
        [
            ("name", {"name": " "}),
            ("name", {"name": "x" * 61}),
            ("name", {"name": "a\u202e\u200b"}),
            ("reach", {"reach": "everything"}),
            ("urgent_word", {"urgent_word": "oui"}),
            ("urgent_word", {"urgent_word": "URGENT", "reach": "try"}),
        ],
    )
    def test_what_is_not_valid_is_named(self, operator, own, parameter, columns):
        with pytest.raises(InvalidParameter) as refused:
            made(operator, own, **columns)
        assert refused.value.parameter == parameter and not ApiKey.objects.exists()

    def test_a_name_serves_once_and_ten_keys_are_enough(self, operator, own):
        _text, first = made(operator, own)
        with pytest.raises(InvalidParameter):
            made(operator, own)
        revoke_key(account=operator, key=first)
        for number in range(MOST_KEYS):
            made(operator, own, name=f"système {number}")
        with pytest.raises(InvalidParameter):
            made(operator, own)

    def test_the_word_is_typed_once_for_urgent_notices(self, operator, own):
        assert made(operator, own, urgent_word="urgent ")[1].may_be_urgent
        with pytest.raises(IntegrityError), transaction.atomic():
            ApiKey.objects.update(reach="try")


class TestRides:
    """Keys by which a carpool service searches rides, and does nothing else."""

    @pytest.fixture
    def service(self, operator, home):
        covoit = organisation(operator, kind="operator", name="Covoit", siret=SIRETS[2])
        Organisation.objects.filter(pk=covoit.pk).update(searches_rides=True)
        return covoit

    def test_no_mandate_is_needed_and_none_is_enough(self, operator, own, service):
        _text, key = made(operator, service, reach="rides")
        assert key.reach == ApiKey.Reach.RIDES and not key.may_be_urgent
        for organisation_, reach in ((service, "send"), (own, "rides")):
            with pytest.raises(InvalidParameter) as refused:
                made(operator, organisation_, reach=reach, name="autre")
            assert refused.value.parameter == "reach"

    def test_it_opens_what_it_is_for_alone_while_its_organisation_shares_rides(self, operator, own, service):
        rides, sends = made(operator, service, reach="rides")[0], made(operator, own)[0]
        assert key_of(rides) is None and key_of(sends, reaches=["rides"]) is None
        assert key_of(rides, reaches=["rides"]).organisation == service
        Organisation.objects.filter(pk=service.pk).update(searches_rides=False)
        assert key_of(rides, reaches=["rides"]) is None

    def test_it_may_ask_more_often(self, operator, service, monkeypatch):
        monkeypatch.setattr(keys, "MOST_A_MINUTE", 1)
        monkeypatch.setattr(keys, "SEARCHES_A_MINUTE", 3)
        _text, key = made(operator, service, reach="rides")
        with later(timedelta()):
            assert [count(key) > 0 for _ in range(4)] == [False, False, False, True]

    def test_its_page_offers_what_its_keys_may_be_for(self, operator, service):
        desk, address = browser(operator, two_factors=True), reverse("api-keys", args=[service.handle])
        page = desk.get(address).content.decode()
        assert 'value="rides"' in page and 'value="send"' not in page and "urgent_word" not in page
        answer = desk.post(address, {"name": "moteur", "reach": "rides"})
        assert key_of(answer.context["made"], reaches=["rides"])
        assert "chercher des trajets" in desk.get(address).content.decode()


class TestKnowing:
    def test_it_opens_until_it_is_over(self, operator, own):
        text, key = made(operator, own)
        assert key_of(text) == key
        with later(YEAR + DAY):
            assert key_of(text) is None
        revoke_key(account=operator, key=key)
        revoke_key(account=operator, key=key)
        assert key_of(text) is None

    @pytest.mark.parametrize("text", ["", "ale_", "x" * 5_000, "\x00", "clé"])
    def test_what_is_no_key_is_none(self, db, text):
        assert key_of(text) is None

    def test_it_is_over_with_the_role_of_its_maker(self, operator, own):
        text, _key = made(operator, own)
        acting = Acting.objects.filter(account=operator, organisation=own)
        acting.update(ended_at=timezone.now())
        assert key_of(text) is None
        acting.update(ended_at=None)
        assert key_of(text)
        end(staff=staff(), organisation=own)
        assert key_of(text) is None

    def test_all_that_is_no_key_takes_the_same_questions(self, operator, own, django_assert_num_queries):
        text, key = made(operator, own)
        revoke_key(account=operator, key=key)
        for unknown in (text, "ale_nothing", made(operator, own)[0]):
            with django_assert_num_queries(1):
                key_of(unknown)

    def test_it_goes_with_its_maker(self, operator, own):
        text, _key = made(operator, own)
        erase(account=operator)
        assert key_of(text) is None and not ApiKey.objects.exists()

    def test_an_export_tells_of_it_without_its_hash(self, operator, own):
        _text, key = made(operator, own)
        told = as_json(operator)
        assert "supervision" in told and key.prefix in told and key.digest not in told

    def test_it_is_forgotten_a_year_after_its_end(self, operator, own):
        _text, key = made(operator, own)
        revoke_key(account=operator, key=key)
        expire()
        assert ApiKey.objects.exists()
        with later(YEAR + DAY):
            expire()
        assert not ApiKey.objects.exists()


class TestCounting:
    def test_more_than_a_few_a_minute_wait_until_the_next(self, operator, own):
        _text, key = made(operator, own)
        with later(timedelta()):
            assert {count(key) for _ in range(MOST_A_MINUTE)} == {0}
            assert 1 <= count(key) <= 60
        with later(timedelta(minutes=1)):
            assert count(key) == 0

    def test_the_day_is_noted_never_the_hour(self, operator, own):
        _text, key = made(operator, own)
        count(key)
        key.refresh_from_db()
        assert key.last_used_on == timezone.localdate()

    def test_each_key_has_its_own_count(self, operator, own, monkeypatch):
        monkeypatch.setattr(keys, "MOST_A_MINUTE", 1)
        (_one, first), (_two, second) = made(operator, own), made(operator, own, name="autre")
        with later(timedelta()):
            assert [count(first), count(second)] == [0, 0] and count(first)


class TestPages:
    @pytest.fixture
    def desk(self, operator, own):
        return browser(operator, two_factors=True)

    def address(self, own) -> str:
        return reverse("api-keys", args=[own.handle])

    def test_a_key_is_made_seen_once_and_revoked(self, desk, own):
        assert self.address(own) in desk.get(reverse("organisation", args=[own.handle])).content.decode()
        answer = desk.post(self.address(own), {"name": "supervision", "reach": "send"})
        text = answer.context["made"]
        assert text in answer.content.decode() and key_of(text)
        assert "no-store" in answer["Cache-Control"]
        listed = desk.get(self.address(own)).content.decode()
        assert text not in listed and text[:10] in listed and "n’a pas encore servi" in listed
        assert text not in str(dict(desk.session))
        said = desk.post(reverse("revoke-api-key", args=[ApiKey.objects.get().handle]), follow=True).content.decode()
        assert "ne sert plus" in said and "révoquée le" in said and key_of(text) is None

    def test_sent_twice_by_mistake_it_is_made_once(self, desk, own):
        form = {"name": "supervision", "reach": "try"}
        assert desk.post(self.address(own), form).status_code == 200
        answer = desk.post(self.address(own), form)
        assert answer.status_code == 400 and "porte déjà ce nom" in answer.content.decode()
        assert ApiKey.objects.count() == 1

    def test_markup_in_its_name_is_text(self, desk, own):
        desk.post(self.address(own), {"name": "<b>x</b>", "reach": "send"})
        assert "&lt;b&gt;x" in desk.get(self.address(own)).content.decode()

    def test_without_a_mandate_in_force_there_is_no_form(self, desk, own):
        own.mandates.update(ended_at=timezone.now())
        assert "sept jours après" in desk.get(self.address(own)).content.decode()
        answer = desk.post(self.address(own), {"name": "supervision", "reach": "send"})
        assert answer.status_code == 400 and not ApiKey.objects.exists()

    @pytest.mark.privacy
    def test_others_find_nothing(self, operator, own):
        _text, key = made(operator, own)
        writer = person("Lou")
        Acting.objects.create(account=writer, organisation=own, role=Acting.Role.WRITER)
        for who in (writer, person("Eve"), staff()):
            client = browser(who, two_factors=True)
            for handle in (own.handle, uuid4()):
                assert client.get(reverse("api-keys", args=[handle])).status_code == 404
            for handle in (key.handle, uuid4()):
                assert client.post(reverse("revoke-api-key", args=[handle])).status_code == 404
        assert ApiKey.objects.standing().exists()

    def test_a_second_factor_is_asked(self, operator, own):
        assert browser(operator).get(self.address(own)).status_code == 302
