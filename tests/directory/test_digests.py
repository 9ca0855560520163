"""Letters of what is new: to whoever is due by the clock of the place, of nothing that its reader may not see."""

from datetime import UTC, datetime, timedelta
from itertools import product
from unittest.mock import patch
from zoneinfo import ZoneInfo

import pytest
from django.contrib.gis.geos import Point
from django.core import mail
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory import digests
from directory.digests import MOST_TOLD, news_of, queue_digests, write
from directory.followed import found_by, place_drawn, wanted_by
from directory.follows import circle_of, follow, next_due
from directory.models import Follow, Kind, Listing, Post
from directory.publishing import publish, refresh_entries
from geo.models import Residence
from scopes import mass_mail, second_lock
from scopes.models import Level, MassMessage, Membership, MessageCopy, Mute, Openness
from scopes.viewing import viewer_of
from tests.directory.around import at, box
from tests.jobs import run_jobs
from tests.neighbours import neighbour
from tests.scopes.village import SPACING

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]

ANYTHING = {"kinds": [], "categories": [], "text": ""}
DAY = timedelta(days=1)
#: A Thursday, 18:02 in Paris.
EVENING = datetime(2026, 12, 3, 17, 2, tzinfo=UTC)


def follows(someone, level=Level.MUNICIPALITY, *, place=None, rhythm="daily", hour=18, means="mail", **what) -> Follow:
    """Follow a circle of the chosen home, or a place."""
    viewer = viewer_of(someone.account_id)
    how = {"rhythm": rhythm, "hour": hour, "means": means}
    return follow(viewer=viewer, place=place or circle_of(viewer.home, level), what=ANYTHING | what, **how)


def said(village, author, level, title="", *, hours_ago=1.0, **columns) -> Post:
    word = village.post(author, level=level, title=title or f"Mot {level}", **columns)
    with second_lock.opened([author.residence_id]):
        Listing.objects.filter(pk=word.pk).update(published_at=timezone.now() - timedelta(hours=hours_ago))
    refresh_entries([word.pk])
    return word


def since_yesterday() -> None:
    Follow.objects.update(told_until=timezone.now() - DAY, due_at=timezone.now() - timedelta(minutes=1))


def letters() -> list:
    """Send what is due; return the letters."""
    since_yesterday()
    mail.outbox.clear()
    queue_digests()
    run_jobs()
    return mail.outbox


def test_a_letter_says_what_is_new_where_it_is_and_why_it_came(village):
    reader, author = neighbour("Ana", village.residences["A"]), neighbour("Bo", village.residences["C"])
    follows(reader)
    word = said(village, author, Level.MUNICIPALITY, "Chat perdu")
    said(village, author, Level.MUNICIPALITY, "Trop vieux", hours_ago=30)
    (letter,) = letters()
    assert letter.to == [reader.account.email]
    assert letter.subject == "1 nouveauté dans ce que vous suivez"
    assert "Ma ville" in letter.body and "Chat perdu" in letter.body and "Trop vieux" not in letter.body
    assert f"/mot/{word.public_id}/" in letter.body and "/moi/suivis/" in letter.body
    assert "parce que vous suivez" in letter.body
    html = letter.alternatives[0].content
    assert "<img" not in html and "Bo D" not in html
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_nothing_new_is_no_letter_and_what_was_told_is_not_told_again(village):
    reader, author = neighbour("Ana", village.residences["A"]), neighbour("Bo", village.residences["C"])
    follows(reader)
    assert letters() == []
    said(village, reader, Level.MUNICIPALITY, "De moi")
    assert letters() == [], "one's own is no news"
    said(village, author, Level.MUNICIPALITY)
    assert len(letters()) == 1
    Follow.objects.update(due_at=timezone.now())
    mail.outbox.clear()
    queue_digests()
    run_jobs()
    assert mail.outbox == []


def test_one_letter_holds_all_that_a_person_follows(village):
    reader, author = neighbour("Ana", village.residences["A"]), neighbour("Bo", village.residences["C"])
    follows(reader, Level.NEIGHBOURHOOD)
    follows(reader, place=place_drawn(box(0, 0, 30, 30).geojson), categories=["bakery"])
    said(village, author, Level.NEIGHBOURHOOD, "Bonjour le quartier")
    for title, east, category in (("Au four", 10, "bakery"), ("Loin", 60, "bakery"), ("Cachets", 10, "pharmacy")):
        publish(category=category, title=title, municipality=village.town, location=Point(*at(east, 10)))
    Listing.objects.filter(kind="merchant").update(published_at=timezone.now() - timedelta(hours=1))
    (letter,) = letters()
    assert "2 nouveautés" in letter.subject
    assert letter.body.index("Mon quartier") < letter.body.index("Une zone, Enfilade : Boulangerie")
    assert "Au four" in letter.body and "Loin" not in letter.body and "Cachets" not in letter.body


def test_what_is_said_in_the_residence_is_counted_and_not_quoted(village):
    reader, author = neighbour("Ana", village.residences["A"]), neighbour("Bo", village.residences["A"])
    follows(reader, Level.RESIDENCE)
    said(village, author, Level.RESIDENCE, "Fuite au troisième")
    (letter,) = letters()
    assert "1 nouveauté dans votre immeuble" in letter.body and "/immeuble/" in letter.body
    assert "Fuite" not in str(letter.message())


def test_one_thing_outside_after_some_inside_is_told(village):
    """What a notification leads to is looked for in every part: the first may hold nothing but what is counted."""
    reader, other = neighbour("Ana", village.residences["A"]), neighbour("Bo", village.residences["A"])
    follows(reader, Level.RESIDENCE)
    follows(reader, place={"municipality_id": village.town.pk, "towns": [village.town.pk]})
    said(village, other, Level.RESIDENCE)
    word = said(village, other, Level.MUNICIPALITY)
    since_yesterday()
    queue_digests()
    _words, pushed = write(MassMessage.objects.get(), [reader.account_id])[reader.account_id]
    assert pushed["url"] == f"/mot/{word.public_id}/"


words = st.lists(
    st.tuples(st.sampled_from("ABCDEF"), st.sampled_from(Level.values), st.sampled_from(Openness.values)), max_size=10
)


def slowly(one: Follow, viewer) -> list[int]:
    """What is new in a follow, asked of the QuerySets for one person alone."""
    new = Listing.objects.live().visible_to(viewer).exclude(author__in=viewer.alias_ids)
    new = new.appeared(since=one.told_from, until=one.told_until)
    new = new.filter(Q(entry__isnull=False) | Q(residence__isnull=False))
    if one.rhythm == Follow.Rhythm.AT_ONCE:
        new = new.exclude(kind=Kind.NOTICE)
    if not one.kinds and not one.categories:
        new = new.exclude(kind=Kind.PROMOTION)
    if one.alias_id is None:
        new = found_by(one, new)
    else:
        home = next((home for home in viewer.homes if home.alias_id == one.alias_id), None)
        meant = new.addressed_to(home, level=Level(one.level)) if home else new.none()
        new = wanted_by(one, meant.filter(municipality__in=one.towns))
    return list(new.order_by("published_at", "pk").values_list("pk", flat=True)[: MOST_TOLD + 1])


def followed_by(reader, village) -> None:
    """Each circle of the home, each form of a place, and what narrows them."""
    for level in ("residence", "voisinage", "neighbourhood", "municipality"):
        follows(reader, level)
    follows(reader, rhythm="at_once", kinds=["post", "notice"])
    towns = {"towns": [village.town.pk]}
    follows(reader, place=place_drawn(box(-60, -60, 260, 60).geojson))
    follows(reader, place={"neighbourhood_id": village.west.pk, **towns}, kinds=["post"])
    follows(reader, place={"municipality_id": village.town.pk, **towns}, categories=["bakery", "pharmacy"])
    follows(reader, place={"municipality_id": village.town.pk, **towns}, text="farmacie")


def test_what_many_are_told_at_once_is_what_each_may_see(village):
    """One statement finds for each reader what `visible_to` does for that one: here of words to all, opened or not."""
    ways = product((Openness.MEMBERS, Openness.PUBLIC), Level.values)
    words = [(name, level, openness) for name, (openness, level) in zip("ABCDEFACEB", ways, strict=True)]
    told_alike(village, words, newcomer="B", elsewhere="E")


@pytest.mark.slow
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=words, newcomer=st.sampled_from("ABCDEF"), elsewhere=st.sampled_from("ABCDEF"))
def test_what_many_are_told_at_once_is_so_whoever_writes_what_to_whom(village, words, newcomer, elsewhere):
    Follow.objects.all().delete()
    told_alike(village, words, newcomer=newcomer, elsewhere=elsewhere)


def told_alike(village, words, *, newcomer: str, elsewhere: str) -> None:
    """People write these words; each reader is told what they may see."""
    everyone = {name: neighbour(name, village.residences[name]) for name in "ABCDEF"}
    both = neighbour("Both", village.residences["A"])
    neighbour("Both", village.residences["F"], account=both.account)
    Mute.objects.get_or_create(account=everyone["A"].account, muted=everyone["C"].alias)
    Membership.objects.filter(pk=everyone[newcomer].pk).update(
        entered_at=timezone.now() - timedelta(minutes=90), provisional_until=timezone.now() + DAY
    )
    Membership.objects.filter(pk=everyone[elsewhere].pk).update(role=Membership.Role.ABSENT_OWNER)
    for number, (name, audience, openness) in enumerate(words):
        columns = {"catchment": village.zone(2 * SPACING, 0, 3 * SPACING)} if audience == Level.CATCHMENT else {}
        openness = Openness.MEMBERS if audience == Level.RESIDENCE else openness
        said(village, everyone[name], audience, f"n° {number};", openness=openness, hours_ago=1 + number % 2, **columns)
    for category, east in (("bakery", 0), ("pharmacy", 300), ("town_hall", 40)):
        place = Point(*at(east, 0))
        publish(category=category, title=f"La {category} pharmacie", municipality=village.town, location=place)
    readers = [*everyone.values(), both]
    for reader in readers:
        followed_by(reader, village)
    Follow.objects.update(told_from=timezone.now() - DAY, told_until=timezone.now() + timedelta(minutes=1))
    viewers = {reader.account_id: viewer_of(reader.account_id) for reader in readers}
    follows_of_all = list(Follow.objects.all())
    together = news_of(follows_of_all, viewers)
    found = 0
    for one in follows_of_all:
        viewer = viewers[one.account_id]
        with second_lock.opened(viewer.residence_ids):
            assert [new.pk for new in together.get(one.pk, [])] == slowly(one, viewer)
            found += len(together.get(one.pk, []))
    assert found, "the shops at least"


def test_neighbours_of_one_cell_get_the_same_letter(village):
    """Homes in A and B are of one public cell: what each is told is alike, to the byte, at one moment."""
    readers = [neighbour(name, village.residences[name]) for name in "AB"]
    for reader in readers:
        follows(reader, Level.NEIGHBOURHOOD)
    said(village, neighbour("Bo", village.residences["C"]), Level.NEIGHBOURHOOD, "Bonjour")
    first, second = letters()
    assert {*first.to, *second.to} == {reader.account.email for reader in readers}
    assert (first.subject, first.body, first.alternatives) == (second.subject, second.body, second.alternatives)
    assert len({copy.due_at for copy in MessageCopy.objects.all()}) == 1


def test_a_batch_is_asked_alike_however_many_are_in_it(village):
    """But for who each reader is: two prepared statements a person (`scopes.viewing`)."""
    author = neighbour("Bo", village.residences["C"])
    said(village, author, Level.MUNICIPALITY)

    def asked(*readers) -> int:
        for reader in readers:
            follows(reader)
        since_yesterday()
        queue_digests()
        with CaptureQueriesContext(connection) as queries:
            assert len(write(MassMessage.objects.latest("pk"), [reader.account_id for reader in readers])) == len(
                readers
            )
        MassMessage.objects.all().delete()
        return len(queries)

    one = asked(neighbour("Ana", village.residences["A"]))
    assert asked(*(neighbour(name, village.residences["B"]) for name in ("Eve", "Max", "Lou"))) == one


def test_what_happened_between_queueing_and_writing_counts(village):
    reader, author = neighbour("Ana", village.residences["A"]), neighbour("Bo", village.residences["C"])
    follows(reader)
    said(village, author, Level.MUNICIPALITY)
    since_yesterday()
    queue_digests()
    message = MassMessage.objects.get()
    assert write(message, [reader.account_id])
    Mute.objects.create(account=reader.account, muted=author.alias)
    assert write(message, [reader.account_id]) == {}
    run_jobs()
    copy = MessageCopy.objects.get()
    assert mail.outbox == [] and copy.refused_at and not copy.sent_at


def test_someone_who_left_is_told_nothing_of_the_home(village):
    reader, author = neighbour("Ana", village.residences["A"]), neighbour("Bo", village.residences["C"])
    one = follows(reader)
    said(village, author, Level.MUNICIPALITY)
    reader.proved_until = reader.entered_at
    reader.save()
    assert not news_of([one], {reader.account_id: viewer_of(reader.account_id)})
    assert letters() == []


def test_a_letter_that_was_lost_is_told_in_the_next(village):
    reader, author = neighbour("Ana", village.residences["A"]), neighbour("Bo", village.residences["C"])
    one = follows(reader)
    said(village, author, Level.MUNICIPALITY, "Chat perdu")
    since_yesterday()
    queue_digests()
    Follow.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    queue_digests()
    assert MassMessage.objects.count() == 1, "none is due while its letter waits"
    MassMessage.objects.update(too_late_at=timezone.now())
    queue_digests()
    run_jobs()
    (letter,) = mail.outbox
    assert "Chat perdu" in letter.body
    one.refresh_from_db()
    assert one.told_from < timezone.now() - timedelta(hours=23)


def test_a_letter_repeated_after_a_kill_says_the_same_under_the_same_number(village):
    reader, author = neighbour("Ana", village.residences["A"]), neighbour("Bo", village.residences["C"])
    follows(reader)
    said(village, author, Level.MUNICIPALITY, "Chat perdu")
    since_yesterday()
    queue_digests()
    with patch.object(mass_mail, "_done", side_effect=KeyboardInterrupt), pytest.raises(KeyboardInterrupt):
        run_jobs()
    run_jobs()
    first, again = mail.outbox
    assert first.extra_headers["Message-ID"] == again.extra_headers["Message-ID"] and first.body == again.body


def test_queueing_asks_the_same_however_many_are_due(village):
    def asked() -> int:
        since_yesterday()
        MessageCopy.objects.update(sent_at=timezone.now())
        with CaptureQueriesContext(connection) as queries:
            queue_digests()
        return len(queries)

    follows(neighbour("Ana", village.residences["A"]))
    one = asked()
    for name in "BCD":
        follows(neighbour(name, village.residences[name]))
    assert asked() == one and MessageCopy.objects.count() == 1 + 4


def test_at_once_is_told_where_anything_appeared_and_never_a_notice(village):
    readers = {name: neighbour(name, village.residences[name]) for name in "AB"}
    for reader in readers.values():
        follows(reader, Level.RESIDENCE, rhythm="at_once")
    author = neighbour("Bo", village.residences["B"])
    since_yesterday()
    queue_digests()
    assert not MessageCopy.objects.exists() and not MassMessage.objects.exists()
    said(village, author, Level.RESIDENCE)
    (letter,) = letters()
    assert letter.to == [readers["B"].account.email]
    copies = dict(MessageCopy.objects.values_list("account", "sent_at"))
    assert copies[readers["B"].account_id] and not copies.get(readers["A"].account_id), "what A may not see wakes none"


@pytest.mark.parametrize(
    ("rhythm", "time_zone", "due"),
    [
        ("daily", "Europe/Paris", datetime(2026, 12, 4, 17, tzinfo=UTC)),
        ("daily", "Indian/Reunion", datetime(2026, 12, 4, 14, tzinfo=UTC)),
        ("weekly", "Europe/Paris", datetime(2026, 12, 4, 17, tzinfo=UTC)),
        ("at_once", "Europe/Paris", EVENING),
    ],
)
def test_the_hour_is_that_of_the_place(rhythm, time_zone, due):
    assert next_due(rhythm, 18, time_zone, after=EVENING) == due


def test_nights_are_quiet_and_clocks_change():
    late = datetime(2026, 12, 3, 22, 30, tzinfo=ZoneInfo("Europe/Paris"))
    assert next_due("at_once", 18, "Europe/Paris", after=late) == datetime(2026, 12, 4, 6, tzinfo=UTC)
    before_summer = datetime(2027, 3, 27, 18, 0, tzinfo=ZoneInfo("Europe/Paris"))
    assert next_due("daily", 18, "Europe/Paris", after=before_summer) == datetime(2027, 3, 28, 16, tzinfo=UTC)
    friday = datetime(2026, 12, 4, 18, tzinfo=ZoneInfo("Europe/Paris"))
    assert next_due("weekly", 18, "Europe/Paris", after=friday) == datetime(2026, 12, 11, 17, tzinfo=UTC)


def test_what_opens_later_is_new_when_it_opens(village):
    now = timezone.now()
    with patch("django.utils.timezone.now", return_value=now - 3 * DAY):
        later = publish(category="bakery", title="Bientôt", municipality=village.town, opens_at=now - DAY / 2)
    before = Listing.objects.appeared(since=now - 4 * DAY, until=now - DAY)
    after = Listing.objects.appeared(since=now - DAY, until=now)
    assert not before.exists() and after.get().pk == later.pk


def test_more_than_a_letter_holds_is_left_to_the_site(village, monkeypatch):
    monkeypatch.setattr(digests, "MOST_TOLD", 2)
    reader, author = neighbour("Ana", village.residences["A"]), neighbour("Bo", village.residences["C"])
    follows(reader)
    for number in range(3):
        said(village, author, Level.MUNICIPALITY, f"n° {number}", hours_ago=3 - number)
    (letter,) = letters()
    assert letter.subject.startswith("2+ nouveautés") and "n° 1" in letter.body and "n° 2" not in letter.body
    assert "/ville/" in letter.body


def test_every_residence_stays_shut_but_the_readers_own(village):
    """Were the statement to forget whose residence it asks for: in one batch, each is told of their own."""
    reader, other = neighbour("Ana", village.residences["A"]), neighbour("Eve", village.residences["B"])
    follows(reader)
    follows(other)
    said(village, neighbour("Bo", village.residences["B"]), Level.RESIDENCE)
    since_yesterday()
    queue_digests()
    with patch.object(digests, "NEWS", digests.NEWS.replace("asked.residence", "listing.residence_id")):
        letters_of = write(MassMessage.objects.latest("pk"), [reader.account_id, other.account_id])
    assert letters_of.keys() == {other.account_id}
    assert Residence.objects.count() == 7
