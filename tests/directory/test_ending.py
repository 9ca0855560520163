"""What ends soon is told its author, once, wherever it was said."""

from datetime import timedelta

import pytest

from directory import exchanging
from directory.ending import SOON, remind_of_endings
from directory.models import Service
from scopes import second_lock
from scopes.leaving import leave
from scopes.models import Level, OutgoingMail
from scopes.sending import written
from tests.directory.exchanged import end, share
from tests.directory.speaking import looking
from tests.neighbours import neighbour

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]

DAY = timedelta(days=1)


@pytest.fixture
def alice(village):
    return neighbour("Alice", village.residences["A"])


def ending(someone, level: str, title: str, *, after: timedelta = 2 * DAY, **columns):
    exchange = share(someone, level, title, **columns)
    with second_lock.opened([someone.residence_id]):
        end(exchange, ago=-after)
    return exchange


def told() -> list[tuple[str, list[str]]]:
    return sorted((mail.to, mail.values["titles"]) for mail in OutgoingMail.objects.all())


def test_each_author_is_told_once_of_all_that_ends_soon(village, alice):
    bruno = neighbour("Bruno", village.residences["B"])
    ending(alice, Level.MUNICIPALITY, "plus tard", after=SOON + DAY)
    ending(alice, Level.MUNICIPALITY, "fini", after=-DAY)
    ending(alice, Level.MUNICIPALITY, "b")
    ending(alice, Level.VOISINAGE, "a", after=DAY, kind="classified")
    ending(bruno, Level.RESIDENCE, "dedans")
    assert remind_of_endings() == 2
    assert told() == sorted([(alice.account.email, ["b", "a"]), (bruno.account.email, [""])])
    assert remind_of_endings() == 0 and OutgoingMail.objects.count() == 2


def test_the_mail_leads_to_where_it_is_renewed_and_names_no_place(alice):
    exchange = ending(alice, Level.MUNICIPALITY, "Taille de haies")
    inside = ending(alice, Level.RESIDENCE, "Clé de la cave")
    remind_of_endings()
    mails = [written(mail) for mail in OutgoingMail.objects.all()]
    told = {"Taille" in mail.body: mail.body for mail in mails}
    assert "Taille de haies" in told[True] and "/moi/mots/" in told[True]
    assert "une annonce dans votre immeuble" in told[False] and "cave" not in told[False]
    for mail in mails:
        assert "Taille" not in mail.subject
        assert not any(str(one.public_id) in mail.body for one in (exchange, inside))


def test_renewed_it_is_told_of_again_when_it_ends_again(alice):
    exchange = ending(alice, Level.MUNICIPALITY, "Haies")
    remind_of_endings()
    with looking(alice) as viewer:
        exchanging.renew(viewer=viewer, public_id=exchange.public_id)
    assert remind_of_endings() == 0
    end(exchange, ago=-DAY)
    assert remind_of_endings() == 1


def test_what_is_taken_back_or_pauses_is_not_told_of(alice, village):
    exchange = ending(alice, Level.MUNICIPALITY, "retiré")
    with looking(alice) as viewer:
        exchanging.withdraw(viewer=viewer, public_id=exchange.public_id)
    gone = neighbour("Gaëlle", village.residences["B"])
    ending(gone, Level.MUNICIPALITY, "en pause")
    leave(membership=gone)
    assert remind_of_endings() == 0 and not Service.objects.exclude(reminded_at=None).exists()
