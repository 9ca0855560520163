"""The operators' API: what is tried out is told or refused as if it were sent, and nothing is written."""

from unittest.mock import patch

import pytest

from directory.models import KeptAnswer, Mailing
from scopes.organisations.mandating import end
from scopes.subscriptions.requiring import TRIAL
from tests.directory.keyed import NOTICES, Program, asked, problem_of, program_on
from tests.directory.mandated import water_cut
from tests.neighbours import DAY
from tests.scopes.entering import building, later
from tests.scopes.subscribed import priced

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(toy_town):
    return building(3, 1)


@pytest.fixture
def next_door(home):
    return building(2, 2)


@pytest.fixture
def water(home, next_door) -> Program:
    return program_on(home, next_door)


def to(*residences) -> dict:
    return {"residences": [one.key for one in residences]}


class TestTrying:
    def test_it_tells_homes_and_words_and_writes_nothing(self, water, home, next_door):
        answer = water.tries(to(home, next_door), fields=water_cut(detail="Remplissez des bouteilles."))
        told = answer.json()
        assert answer.status_code == 200 and told["would_send"] and told["dry_run"]
        assert told["homes"]["total"] == home.dwellings + next_door.dwellings
        assert told["homes"]["known"] + told["homes"]["estimated"] == told["homes"]["total"]
        assert {one["id"] for one in told["residences"]["listed"]} == {home.key, next_door.key}
        assert told["preview"]["fr"]["title"].startswith("Coupure d’eau")
        assert told["preview"]["en"]["title"].startswith("Water cut")
        assert all("Remplissez des bouteilles." in told["preview"][one]["sentences"] for one in ("fr", "en"))
        assert not Mailing.objects.exists() and not KeptAnswer.objects.exists()

    def test_estimated_homes_are_told_apart(self, water, home, next_door):
        type(home).objects.filter(pk=home.pk).update(dwellings_estimated=True)
        homes = water.tries(to(home, next_door)).json()["homes"]
        assert (homes["estimated"], homes["known"]) == (home.dwellings, next_door.dwellings)

    def test_what_is_outside_or_unknown_is_told_beside(self, water, home):
        far = building(1, 1)
        told = water.tries({"residences": [home.key, far.key, "bdtopo:nowhere"]}).json()
        assert not told["would_send"] and told["homes"]["total"] == home.dwellings
        assert told["outside"] == {"number": 1, "ids": [far.key]}
        assert told["unknown"] == {"number": 1, "ids": ["bdtopo:nowhere"]}

    def test_it_says_the_same_in_any_language(self, water, home):
        body = asked(to(home), dry_run=True)
        answers = {water.post(NOTICES, body, **{"Accept-Language": one}).content for one in ("fr", "en", "de", "")}
        assert len(answers) == 1

    def test_a_key_that_only_tries_sends_nothing(self, home):
        trial = program_on(home, reach="try")
        assert trial.tries(to(home)).json()["would_send"]
        assert problem_of(trial.send(to(home)))["status"] == 403
        assert not Mailing.objects.exists()

    def test_what_would_be_refused_is_refused_in_the_same_words(self, water, home):
        def same() -> dict:
            tried, sent = (problem_of(deed(to(home))) for deed in (water.tries, water.send))
            assert tried == sent
            return tried

        with patch("directory.notifying.MOST_A_DAY", 1):
            assert water.send(to(home)).status_code == 201
            assert same()["status"] == 429 and water.tries(to(home))["Retry-After"]
        priced("operator")
        with later(TRIAL + 2 * DAY):
            assert same()["status"] == 403 and "abonnement" in same()["title"]
        end(by=water.key.made_by, mandate=water.key.organisation.mandates.get())
        assert "mandat" in same()["title"]
