"""A feed of an organisation becomes its news: looked at, said, kept in step, and never said against its will."""

from dataclasses import replace

import pytest
from django.contrib.gis.geos import Point
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from directory.digests import news_of
from directory.follows import follow
from directory.importing.news_feeds import read_news
from directory.keeping_in_step import give_calendar, keep_in_step, stop_keeping
from directory.models import Event, Listing, News, SearchEntry, SyncedCalendar, SyncedNews
from directory.organisation_kinds import NEWS, NEWS_LIFETIME
from directory.organisation_publishing import take_said_back
from directory.reading_calendars import read_calendar
from directory.reading_news import drafts_of, speaker_of, write_news
from scopes.viewer import ANONYMOUS
from scopes.viewing import viewer_of
from tests.directory.feeding import ago, atom, entry, item, rss
from tests.directory.happening import calendar as ics
from tests.directory.happening import vevent
from tests.directory.organised import news, page
from tests.directory.synced import work
from tests.directory.told_news import ADDRESS, given, kept, reasons, reread
from tests.neighbours import person, sign_in
from tests.scopes.mandates import SIRETS, organisation

pytestmark = pytest.mark.django_db


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
