"""A feed of an organisation becomes its news: looked at, said, kept in step, and never said against its will."""

import threading
from dataclasses import replace
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.contrib.gis.geos import Point
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directory import fetching, reading_calendars
from directory.digests import news_of
from directory.errors import TooManyThisMonth
from directory.fetching import Fetched, fetch
from directory.follows import follow
from directory.importing.news_feeds import read_news
from directory.keeping_in_step import forget_what_was_looked_at, give_calendar, keep_in_step, stop_keeping
from directory.models import Event, Listing, News, SearchEntry, SyncedCalendar, SyncedNews
from directory.organisation_kinds import NEWS, NEWS_LIFETIME
from directory.organisation_publishing import take_said_back
from directory.reading_calendars import read_calendar
from directory.reading_news import drafts_of, speaker_of, write_news
from geo.errors import InvalidParameter
from scopes.errors import Refused
from scopes.viewer import ANONYMOUS
from scopes.viewing import viewer_of
from tests.directory.feeding import ago, atom, entry, item, rss
from tests.directory.happening import calendar as ics
from tests.directory.happening import vevent
from tests.directory.organised import news, page
from tests.directory.test_keeping_in_step import work
from tests.neighbours import person, sign_in
from tests.scopes.mandates import SIRETS, organisation, town_hall

pytestmark = pytest.mark.django_db
ADDRESS = "https://ville.example/feed/"
GRANGE = "<georss:featurename>{place}</georss:featurename><georss:point>{point}</georss:point>"


@pytest.fixture(autouse=True)
def town(make_town):
    cache.clear()
    return make_town(quarters=2)


@pytest.fixture
def ada(db):
    return person("Ada")


@pytest.fixture
def hall(ada, town):
    return town_hall(ada, town, name="Mairie de Nantes")


@pytest.fixture
def web(monkeypatch):
    """What the address answers to the worker."""

    class Web:
        answer = rss(item())

    monkeypatch.setattr(
        reading_calendars.read_calendar, "__kwdefaults__", {"fetched": lambda *_a, **_m: Fetched(content=Web.answer)}
    )
    return Web


def given(ada, own, **columns) -> SyncedCalendar:
    made = give_calendar(account=ada, organisation=own, **(columns or {"address": ADDRESS}))
    work()
    return SyncedCalendar.objects.get(pk=made.pk)


def kept(ada, own, to="everyone", **columns) -> SyncedCalendar:
    keep_in_step(account=ada, calendar=given(ada, own, **columns), to=to)
    work()
    return SyncedCalendar.objects.get(organisation=own)


def reread(own: SyncedCalendar) -> dict:
    read_calendar(own.pk)
    own.refresh_from_db()
    return {name: own.report[name] for name in ("added", "changed", "unchanged", "merged") if own.report.get(name)}


def reasons(own: SyncedCalendar, name: str) -> dict[str, int]:
    return {reason: one["count"] for reason, one in own.report[name].items()}


class TestLooking:
    def test_nothing_is_said_before_someone_says_keep(self, ada, hall, web):
        web.answer = rss(item(), item("2", pubDate="hier"))
        own = given(ada, hall)
        assert (own.tells, own.to, own.report["added"], own.problem) == ("news", "town", 1, "")
        assert own.report["first"][0]["title"] == "La piscine rouvre"
        assert reasons(own, "rejected") == {"sans date de publication": 1}
        assert not News.objects.exists() and not SyncedNews.objects.exists() and not SearchEntry.objects.exists()

    def test_a_shop_gives_no_news_and_an_association_speaks_from_its_page(self, ada, web):
        shop = organisation(ada, kind="merchant", name="Pain", siret=SIRETS[3])
        club = organisation(ada, kind="association", name="Les Amis du bal", siret="")
        assert "une association ou une mairie" in given(ada, shop).problem
        assert "Tenez d’abord la fiche" in given(ada, club).problem
        assert not News.objects.exists()

    @pytest.mark.parametrize("answer", [rss(item()) + ics(vevent()), ics(vevent()) + rss(item())])
    def test_a_file_of_both_is_refused_whole(self, ada, hall, web, answer):
        web.answer = answer
        own = given(ada, hall)
        assert "mélange un agenda et des nouvelles" in own.problem
        assert not News.objects.exists() and not Event.objects.exists()

    def test_an_address_that_turns_into_something_else_is_refused_and_takes_nothing_away(self, ada, hall, web):
        own = kept(ada, hall)
        web.answer = ics(vevent())
        read_calendar(own.pk)
        own.refresh_from_db()
        assert "donnait autre chose" in own.problem
        assert (News.objects.filter(withdrawn_at=None).count(), Event.objects.count()) == (1, 0)


class TestSaying:
    def test_it_is_said_by_the_organisation_on_its_day_and_shows_where_it_comes_from(self, ada, hall, web, client):
        kept(ada, hall)
        [said] = News.objects.all()
        assert (said.title, said.description) == ("La piscine rouvre", "Dès lundi, à 9 h.")
        assert said.website == "https://ville.example/piscine/"
        assert (said.organisation, said.written_by, said.location) == (hall, None, None)
        assert abs((said.published_at - ago(2)).total_seconds()) < 60
        assert said.closes_at == said.published_at + NEWS_LIFETIME
        text = client.get(f"/actualite/{said.public_id}/").text
        assert "ville.example" in text and "Mairie de Nantes" in text and "Ada" not in text

    def test_proposed_to_the_town_it_is_read_by_nobody_else(self, ada, hall, web):
        kept(ada, hall, to="town")
        assert News.objects.get().openness == "members"
        assert not Listing.objects.live().visible_to(ANONYMOUS).exists()

    def test_an_association_says_it_from_its_page(self, ada, town, web):
        club = organisation(ada, kind="association", name="Les Amis du bal", siret="")
        place = page(town, club, category="sport_association", title="Le Bal", location=Point(-1.56, 47.21, srid=4326))
        web.answer = atom(entry())
        kept(ada, club)
        said = News.objects.get()
        assert (said.place, said.location, said.description) == (place, place.location, "Le bureau change.")

    def test_it_is_kept_in_step(self, ada, hall, web):
        own = kept(ada, hall)
        [first] = News.objects.all()
        assert reread(own) == {"unchanged": 1}
        web.answer = rss(item("2", title="Le marché déménage"), item(title="La piscine rouvre mardi"))
        assert reread(own) == {"added": 1, "changed": 1}
        first.refresh_from_db()
        assert first.title == "La piscine rouvre mardi"
        assert "mardi" in SearchEntry.objects.get(listing=first).title
        assert abs((first.published_at - ago(2)).total_seconds()) < 60, "changed, it is no newer"
        web.answer = rss(item("2", title="Le marché déménage"))
        assert reread(own) == {"unchanged": 1}
        web.answer = rss()
        assert reread(own) == {} and own.problem == ""
        assert News.objects.live().count() == 2, "what vanishes stays until its end"

    def test_what_is_taken_back_here_does_not_come_back(self, ada, hall, web):
        own = kept(ada, hall)
        take_said_back(account=ada, said=News.objects.get())
        web.answer = rss(item(title="La piscine rouvre enfin"))
        assert reread(own) == {"unchanged": 1}
        assert not News.objects.live().exists()

    def test_what_comes_under_another_identity_each_time_is_said_once(self, ada, hall, web):
        day = ago(2)
        web.answer = rss(item(published=day))
        own = kept(ada, hall)
        for number in range(3):
            web.answer = rss(item(f"new-{number}"))
            assert reread(own) == {"unchanged": 1}
        assert (News.objects.count(), SyncedNews.objects.get().key) == (1, "new-2")
        web.answer = rss(item("new-3", title="La piscine rouvre mardi", published=ago(1)))
        assert reread(own) == {"changed": 1}, "known by its page"
        web.answer = rss(item("new-4", title="La PISCINE  rouvre mardi !", link=None, published=day))
        assert reread(own) == {"changed": 1}, "without one, known by its title and the day it was first told"
        assert News.objects.get().title == "La PISCINE rouvre mardi !"

    @pytest.mark.parametrize("how", ["taken back", "hidden"])
    @pytest.mark.parametrize("changed", [{"link": None}, {"title": "Autrement dit"}, {"published": ago(1)}, {}])
    def test_what_was_taken_back_or_hidden_does_not_return_under_another_identity(self, ada, hall, web, how, changed):
        told = {"published": ago(2)}
        web.answer = rss(item(**told))
        own = kept(ada, hall)
        if how == "hidden":
            Listing.objects.update(hidden_at=ago(0))
        else:
            take_said_back(account=ada, said=News.objects.get())
        web.answer = rss(item("new", **told | changed))
        assert "added" not in reread(own)
        web.answer = rss(item("new", **told | changed), item("newer", **told))
        reread(own)
        [said] = News.objects.all()
        assert said.title == "La piscine rouvre" and not News.objects.live().exists(), (
            "nor is it another than was judged"
        )

    def test_beside_itself_what_was_hidden_does_not_return_and_a_copy_is_told_as_said(self, ada, hall, web):
        day = ago(2)
        web.answer = rss(item(published=day))
        own = kept(ada, hall)
        Listing.objects.update(hidden_at=ago(0))
        web.answer = rss(item(published=day), item("copy", published=day))
        assert reread(own) == {"unchanged": 1, "merged": 1}

    def test_other_news_of_the_same_name_or_link_are_others(self, ada, hall, web):
        front, canteen = "https://ville.example/", "https://ville.example/cantine/"
        menu = item("2", title="Menu", link=canteen, published=ago(9))
        web.answer = rss(item("1", title="Eau coupée", link=front), menu)
        own = kept(ada, hall)
        web.answer = rss(item("3", title="Feu d’artifice", link=front), menu)
        assert reread(own) == {"added": 1, "unchanged": 1}, "a front page is that of no news"
        two = [item("4", title="Goûter", link=canteen), item("5", title="Menu", link=canteen, published=ago(1))]
        web.answer = rss(*two)
        assert reread(own) == {"added": 2}, "nor is one that several lead to"
        Listing.objects.filter(title="Goûter").update(closes_at=ago(0))
        web.answer = rss(item("6", title="Goûter", link=None))
        assert reread(own) == {"added": 1}, "what is over may be said anew"

    def test_what_is_said_by_hand_stays_as_it_is_said(self, ada, hall, web, client):
        by_hand = news(ada, hall, title="La Piscine rouvre", text="Mes mots.")
        sign_in(client, ada, two_factors=True)
        own = given(ada, hall)
        looked_at = client.get(f"/organismes/{hall.handle}/agendas/{own.handle}/").text
        assert "1 nouvelle" in looked_at and "déjà dites ici : 1" in looked_at
        own = kept(ada, hall)
        assert own.report["merged"] == 1
        by_hand.refresh_from_db()
        assert by_hand.description == "Mes mots." and News.objects.count() == 1

    def test_two_feeds_that_tell_the_same_tell_it_once(self, ada, hall, web):
        kept(ada, hall)
        other = given(ada, hall, address="https://ville.example/feed/atom/")
        keep_in_step(account=ada, calendar=other, to="everyone")
        work()
        other.refresh_from_db()
        assert (other.report["merged"], News.objects.count()) == (1, 1)

    def test_a_file_is_said_once_and_given_again_it_is_the_same(self, ada, hall):
        own = kept(ada, hall, file_name="fil.xml", content=rss(item()))
        assert (own.content, own.due_at, News.objects.count()) == (None, None, 1)
        give_calendar(account=ada, organisation=hall, file_name="fil.xml", content=rss(item(title="Autrement")))
        work()
        assert News.objects.get().title == "Autrement"

    @pytest.mark.parametrize("withdraw", [True, False])
    def test_when_it_is_stopped_its_news_stay_or_go(self, ada, hall, web, withdraw):
        own = kept(ada, hall)
        assert stop_keeping(account=ada, calendar=own, withdraw=withdraw) == int(withdraw)
        assert News.objects.live().count() == int(not withdraw)
        assert not SyncedNews.objects.exists()

    def test_what_is_taken_back_with_its_feed_is_what_is_still_shown_and_nothing_of_it_returns(self, ada, hall, web):
        web.answer = rss(*[item(str(number), title=f"N{number}") for number in range(4)])
        own = kept(ada, hall)
        over, hidden, back, _shown = News.objects.order_by("title")
        Listing.objects.filter(pk=over.pk).update(closes_at=ago(1))
        Listing.objects.filter(pk=hidden.pk).update(hidden_at=ago(1))
        take_said_back(account=ada, said=back)
        assert stop_keeping(account=ada, calendar=own, withdraw=True) == 1
        assert [one.title for one in News.objects.filter(withdrawn_at=None)] == [over.title]
        assert not SearchEntry.objects.filter(title__in=["N1", "N2", "N3"]).exists()

    def test_taking_many_back_asks_no_more_of_the_database_than_taking_one(self, ada, hall, web):
        def asked(number: int) -> int:
            web.answer = rss(*[item(f"{number} {one}", title=f"N{number} {one}") for one in range(number)])
            own = kept(ada, hall)
            with CaptureQueriesContext(connection) as queries:
                assert stop_keeping(account=ada, calendar=own, withdraw=True) == number
            return len(queries)

        assert asked(1) == asked(8)

    def test_an_entry_more_asks_little_of_the_database(self, ada, hall, web):
        speaker = speaker_of(hall)

        def asked(number: int) -> int:
            entries = [item(f"{number} {one}", title=f"N{number} {one}") for one in range(number)]
            drafts = drafts_of(read_news(rss(*entries), name="fil.xml"), speaker)
            own = SyncedCalendar.objects.create(organisation=hall, address=f"{ADDRESS}{number}", kept_at=ago(0))
            with CaptureQueriesContext(connection) as queries:
                assert write_news(own, drafts, speaker).added == number
            return len(queries)

        asked(1)  # what is asked once in a process is known from here on
        two, five, ten = asked(2), asked(5), asked(10)
        assert (five - two, ten - five) == (27, 45), "nine for each, however many there are"


class TestTelling:
    """Letters ask for what was published since the one before (`directory.digests`)."""

    @pytest.fixture
    def told(self, town):
        """What the next letter tells of the town to who follows it, each time from the last one to now."""
        reader = person("Lise")
        what = {"kinds": [], "categories": [], "text": ""}
        how = {"rhythm": "daily", "hour": 18, "means": "mail"}
        own = follow(
            viewer=viewer_of(reader.pk), place={"municipality_id": town.pk, "towns": [town.pk]}, what=what, **how
        )

        def told() -> list[str]:
            own.told_from, own.told_until = own.told_until, timezone.now()
            own.save()
            return sorted(one.title for one in news_of([own], {reader.pk: viewer_of(reader.pk)}).get(own.pk, ()))

        return told

    def test_news_dated_before_a_letter_is_told_in_the_next(self, ada, hall, web, told):
        own = kept(ada, hall)
        assert told() == [], "what was said there before the feed was kept is no news"
        web.answer = rss(item(), item("2", title="Le marché déménage", published=ago(1)))
        assert reread(own) == {"added": 1, "unchanged": 1}
        assert told() == ["Le marché déménage"]
        said = News.objects.get(title="Le marché déménage")
        assert abs((said.published_at - timezone.now()).total_seconds()) < 60
        assert abs((said.closes_at - NEWS_LIFETIME - ago(1)).total_seconds()) < 60, "it ends as its date has it"
        assert reread(own) == {"unchanged": 2} and told() == []

    def test_a_first_reading_that_fails_is_none(self, ada, hall, web, told):
        own = given(ada, hall)
        good, web.answer = web.answer, b"<html>"
        keep_in_step(account=ada, calendar=own, to="everyone")
        work()
        web.answer = good
        assert reread(own) == {"added": 1} and told() == []

    def test_what_was_too_much_for_its_month_is_not_told_as_new_in_a_later_one(self, ada, hall, web, told, monkeypatch):
        monkeypatch.setattr("directory.reading_news.NEWS", replace(NEWS, most_a_month=1))
        web.answer = rss(item("1", title="Un", published=ago(40)), item("2", title="Deux", published=ago(40)))
        own = kept(ada, hall)
        assert reread(own) == {"unchanged": 1} and told() == []
        assert reasons(own, "ignored") == {"plus de vingt nouvelles ce mois-là": 1}


class TestJudging:
    def test_old_ones_and_those_to_come_are_left_out(self, ada, hall, web):
        web.answer = rss(item("1", published=ago(59)), item("2", published=ago(61)), item("3", published=ago(-3)))
        own = kept(ada, hall)
        assert News.objects.count() == 1
        assert reasons(own, "ignored") == {"de plus de soixante jours": 1}
        assert reasons(own, "rejected") == {"date à venir": 1}

    def test_twenty_a_month_by_feed_and_by_hand_together(self, ada, hall, web):
        now = timezone.now()
        web.answer = rss(*[item(str(number), title=f"Nouvelle {number}", published=now) for number in range(25)])
        own = kept(ada, hall)
        assert (own.report["added"], reasons(own, "ignored")) == (20, {"plus de vingt nouvelles ce mois-là": 5})
        with pytest.raises(TooManyThisMonth):
            news(ada, hall, title="Une de plus")
        assert reread(own) == {"unchanged": 20}

    def test_the_latest_hundred(self, ada, hall, web, monkeypatch):
        monkeypatch.setattr("directory.reading_news.MOST_TAKEN", 2)
        web.answer = rss(*[item(str(number), title=f"N{number}", published=ago(number)) for number in (3, 1, 2)])
        kept(ada, hall)
        assert set(News.objects.values_list("title", flat=True)) == {"N1", "N2"}

    def test_markup_and_tricks_are_words(self, ada, hall, web, client):
        tricky = "<script>alert(1)</script>Le \u202eloto\u200b <img src=x onerror=alert(2)>&lt;b&gt;"
        web.answer = rss(item(title="Le <b>loto</b> \u202edu soir", description=tricky))
        kept(ada, hall)
        said = News.objects.get()
        assert (said.title, said.description) == ("Le loto du soir", "Le loto <b>")
        text = client.get(f"/actualite/{said.public_id}/").text
        assert "Le loto &lt;b&gt;" in text and "onerror" not in text

    def test_what_is_too_long_is_cut_and_said(self, ada, hall, web):
        web.answer = rss(item(title="t" * 200_000, description="mot " * 100_000))
        own = kept(ada, hall)
        said = News.objects.get()
        assert len(said.title) <= 120 and len(said.description) <= 4_000 and said.title.endswith("…")
        assert reasons(own, "dropped") == {"titre coupé": 1, "texte coupé": 1}

    @pytest.mark.parametrize("link", ["http://ville.example/", "javascript:alert(1)", "https://a b", "data:x"])
    def test_only_a_checked_address_is_shown(self, ada, hall, web, link):
        web.answer = rss(item(link=link))
        kept(ada, hall)
        assert News.objects.get().website == ""

    @pytest.mark.parametrize("link", ["https://www.nantes.fr@evil.example/x", "https://127.0.0.1/admin"])
    def test_a_link_to_no_public_site_is_left_out_and_said(self, ada, hall, web, link):
        web.answer = rss(item(link=link))
        own = kept(ada, hall)
        assert News.objects.get().website == ""
        assert list(own.report["dropped"]) == ["lien laissé de côté : ce n’est pas l’adresse d’un site ouvert à tous"]

    def test_the_same_identity_twice_and_none_at_all(self, ada, hall, web):
        web.answer = rss(item("1"), item("1", title="Encore"), item("", title="", link=None))
        own = kept(ada, hall)
        assert News.objects.count() == 1
        assert reasons(own, "rejected") == {"identifiant déjà lu plus haut": 1, "sans titre": 1}

    @pytest.mark.parametrize(
        ("place", "point", "is_shown"),
        [
            ("Salle des fêtes", "47.2173 -1.5536", True),
            ("chez Paul", "47.2173 -1.5536", False),
            ("3 rue Haute", "47.2173 -1.5536", False),
            ("", "47.2173 -1.5536", False),
            ("Salle des fêtes", "48.85 2.35", False),
            ("Salle des fêtes", "4721 -155", False),
        ],
    )
    def test_only_a_public_place_of_the_town_is_a_point(self, ada, hall, web, place, point, is_shown):
        web.answer = rss(item(more=GRANGE.format(place=place, point=point)))
        own = kept(ada, hall)
        assert (News.objects.get().location is not None) == is_shown
        assert bool(own.report["dropped"]) != is_shown


class TestDoor:
    def test_from_an_address_to_what_is_said(self, ada, hall, web, client):
        sign_in(client, ada, two_factors=True)
        web.answer = rss(item(title="<i>La piscine</i>"), item("2", pubDate="x"))
        pages = f"/organismes/{hall.handle}/agendas/"
        assert "Suivre le fil de notre site" in client.get(f"/organismes/{hall.handle}/actualites/").text
        own = client.post(pages, {"address": ADDRESS})["Location"]
        work()
        seen = client.get(own).text
        assert "La piscine" in seen and "ligne 18" in seen and "Qui les lira" in seen and 'value="town" checked' in seen
        client.post(own, {"deed": "keep", "to": "everyone"})
        work()
        assert News.objects.get().openness == "public"
        assert "Fil suivi" in client.get(own).text and "1 nouvelle" in client.get(pages).text
        assert "1 nouvelle retirée" in client.post(own, {"deed": "withdraw"}, follow=True).text

    def test_another_audience_is_refused(self, ada, hall, web):
        own = given(ada, hall)
        with pytest.raises(InvalidParameter):
            keep_in_step(account=ada, calendar=own, to="quarter")
        with pytest.raises(Refused):
            keep_in_step(account=person("Eve"), calendar=own)

    def test_a_file_that_is_read_is_not_given_again_and_nobody_gives_them_all_day(self, ada, hall, client):
        sign_in(client, ada, two_factors=True)
        pages = f"/organismes/{hall.handle}/agendas/"

        def give() -> int:
            return client.post(pages, {"file": SimpleUploadedFile("fil.xml", rss(item()))}).status_code

        assert (give(), give()) == (302, 400)
        work()
        assert give() == 302
        assert [give() for _ in range(18)][-1] == 429

    def test_events_are_counted_before_any_is_read(self, ada, hall, web, monkeypatch):
        monkeypatch.setattr(reading_calendars, "MOST_EVENTS", 3)
        web.answer = ics(*[vevent(UID=str(number)) for number in range(4)])
        with patch("directory.importing.calendars._read", side_effect=AssertionError("read")):
            assert "plus de 3 événements" in given(ada, hall).why

    def test_a_name_that_nobody_resolves_costs_twenty_seconds_at_most(self, monkeypatch):
        ends = threading.Event()
        monkeypatch.setattr(fetching, "LONGEST", 0.1)
        monkeypatch.setattr("socket.getaddrinfo", lambda *_args, **_more: ends.wait(5) and [])
        with pytest.raises(InvalidParameter) as refused:
            fetch("https://slow.example/feed")
        ends.set()
        assert "20 secondes" in str(refused.value)

    def test_what_is_not_kept_is_forgotten_and_leaves_nothing(self, ada, hall, web):
        given(ada, hall)
        SyncedCalendar.objects.update(proposed_at=timezone.now() - timedelta(days=2))
        assert forget_what_was_looked_at() == 1 and not News.objects.exists()
