"""Loans: what is lent or looked for, when, and what its owner keeps meanwhile."""

from datetime import timedelta

import pytest
from django.utils import timezone

from directory import exchanging
from directory.exchange_forms import Composer
from directory.kinds import KINDS, facts_of
from directory.models import Loan
from geo.errors import InvalidParameter
from tests.directory.exchanged import share
from tests.directory.speaking import looking
from tests.neighbours import neighbour

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]

TODAY = timezone.localdate()


@pytest.fixture
def alice(village):
    return neighbour("Alice", village.residences["A"])


def lent(alice, **own) -> Loan:
    return share(alice, title="Perceuse", kind="loan", own={"direction": "offer", **own})


@pytest.mark.parametrize(
    ("own", "facts"),
    [
        ({}, ["je prête"]),
        ({"availability": "le soir", "deposit": "20 euros"}, ["je prête", "le soir", "caution : 20 euros"]),
        ({"direction": "request", "deposit": "20 euros"}, ["je cherche à emprunter"]),
        ({"available_until": "2027-03-03"}, ["je prête", "jusqu’au 3 mars"]),
    ],
)
def test_a_card_says_how_it_is_lent(alice, own, facts, monkeypatch):
    monkeypatch.setattr("directory.kinds.loan.FURTHEST", timedelta(days=36_600))
    assert facts_of(lent(alice, **own)) == facts


@pytest.mark.parametrize(
    ("column", "filled"),
    [
        ("direction", "keep"),
        ("direction", ""),
        ("available_until", "demain"),
        ("available_until", str(TODAY - timedelta(days=1))),
        ("available_until", str(TODAY + timedelta(days=367))),
        ("availability", "a" * 81),
        ("deposit", "a" * 81),
        ("deposit", "20\x00"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(alice, column, filled):
    with pytest.raises(InvalidParameter) as refusal:
        lent(alice, **{column: filled})
    assert refusal.value.parameter == column and not Loan.objects.exists()


@pytest.mark.parametrize("ahead", [0, 366])
def test_its_day_may_be_today_or_in_a_year(alice, ahead):
    day = TODAY + timedelta(days=ahead)
    assert lent(alice, available_until=str(day)).available_until == day


def test_changed_it_is_filled_in_as_it_stands_and_a_day_may_be_taken_off(alice):
    loan = lent(alice, available_until=str(TODAY))
    assert f'value="{TODAY}"' in str(Composer.of(loan).own["available_until"])
    with looking(alice) as viewer:
        exchanging.edit(
            viewer=viewer,
            public_id=loan.public_id,
            category="lent_party",
            title="Tréteaux",
            own={"direction": "offer", "available_until": ""},
        )
    loan.refresh_from_db()
    assert (loan.title, loan.available_until) == ("Tréteaux", None)
    assert loan.closes_at - loan.published_at < KINDS["loan"].lifetime + timedelta(seconds=9)
