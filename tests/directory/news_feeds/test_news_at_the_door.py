"""What is no feed of news, or is beyond measure, is refused at the door and by line."""

import threading
from datetime import timedelta
from unittest.mock import patch

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from directory import fetching, reading_calendars
from directory.errors import TooManyThisMonth
from directory.fetching import fetch
from directory.keeping_in_step import forget_what_was_looked_at, keep_in_step
from directory.models import News, SyncedCalendar
from geo.errors import InvalidParameter
from scopes.errors import Refused
from tests.directory.feeding import ago, item, rss
from tests.directory.happening import calendar as ics
from tests.directory.happening import vevent
from tests.directory.organised import news
from tests.directory.synced import work
from tests.directory.told_news import ADDRESS, GRANGE, given, kept, reasons, reread
from tests.neighbours import person, sign_in

pytestmark = pytest.mark.django_db


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
