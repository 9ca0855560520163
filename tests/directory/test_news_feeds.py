"""What is read in a feed: RSS of every age, Atom, and what pretends to be one."""

import time

import pytest

from directory.importing import news_feeds
from directory.importing.news_feeds import MOST_ENTRIES, ToldNews, is_mixed, is_xml, read_news
from directory.importing.plain_words import plain_paragraphs
from directory.importing.rows import Unreadable
from geo.errors import ImportRefused
from tests.directory.feeding import ago, atom, entry, item, rss
from tests.directory.happening import calendar, vevent

RDF = b"""<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://a.fr/"><title>T</title></channel>
<item rdf:about="https://a.fr/1"><title>Ancien format</title><link>https://a.fr/1</link>
<dc:date>2026-11-20T10:00:00+01:00</dc:date></item></rdf:RDF>"""


def read(content: bytes, **options) -> list[ToldNews | Unreadable]:
    return list(read_news(content, name="fil.xml", **options))


def refusal(content: bytes) -> str:
    with pytest.raises(ImportRefused) as refused:
        read(content)
    return str(refused.value)


def test_an_item_of_rss():
    [told] = read(rss(item()))
    assert (told.key, told.title, told.website) == (
        "https://ville.example/?p=1", "La piscine rouvre", "https://ville.example/piscine/",
    )  # fmt: skip
    assert told.text == "<p>Dès <b>lundi</b>, à 9&nbsp;h.</p>"
    assert abs((ago(2) - told.published).total_seconds()) < 5
    assert told.number == "10", "the line of the feed that it begins on"


def test_an_entry_of_atom():
    [told] = read(atom(entry()))
    assert (told.key, told.text, told.website) == (
        "tag:club.example,2026:1", "<p>Le bureau change.</p>", "https://club.example/ag",
    )  # fmt: skip


def test_a_feed_of_the_year_2000():
    [told] = read(RDF)
    assert (told.title, told.website, told.published.day) == ("Ancien format", "https://a.fr/1", 20)


def test_a_summary_is_read_rather_than_the_whole_article_which_stands_in_where_there_is_none():
    whole = "<content:encoded><![CDATA[<p>Tout l’article.</p>]]></content:encoded>"
    assert read(rss(item(more=whole)))[0].text.startswith("<p>Dès")
    assert read(rss(item(more=whole, description=None)))[0].text == "<p>Tout l’article.</p>"


def test_a_point_of_georss_and_the_name_of_its_place():
    where = "<georss:point>47.2173 -1.5536</georss:point><georss:featurename>Salle de la Grange</georss:featurename>"
    [told] = read(rss(item(more=where)))
    assert (told.latitude, told.longitude, told.place) == (47.2173, -1.5536, "Salle de la Grange")
    for nonsense in ("<georss:point>ici</georss:point>", "<georss:polygon>1 2 3 4 5 6 1 2</georss:polygon>"):
        assert read(rss(item(more=nonsense)))[0].longitude is None


def test_without_a_guid_the_link_is_its_identity_and_a_long_one_is_shortened_the_same_each_time():
    assert read(rss(item(guid="")))[0].key == "https://ville.example/piscine/"
    long = [read(rss(item(guid="x" * length)))[0].key for length in (500, 500, 501)]
    assert long[0] == long[1] != long[2] and len(long[0]) < 60


def test_an_entry_without_a_date_is_refused_by_its_line():
    good, bad = read(rss(item(), item("2", pubDate="hier")))
    assert isinstance(good, ToldNews)
    assert (bad.reason, bad.key, bad.number) == ("sans date de publication", "2", "18")


def test_links_are_read_from_the_address_of_the_feed():
    [told] = read(rss(item(link="/piscine/")), address="https://ville.example/feed/")
    assert told.website == "https://ville.example/piscine/"


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-8", "utf-16", "windows-1252"])
def test_in_the_encodings_of_the_web(encoding):
    text = rss(item(title="Été à la mairie")).decode().replace("–", "-")
    content = text.replace('encoding="UTF-8"', f'encoding="{encoding}"').encode(encoding)
    assert is_xml(content)
    assert read(content)[0].title == "Été à la mairie"


def test_nothing_is_opened(monkeypatch, tmp_path):
    """What reads like an address or a path is text; an external DTD is not fetched."""
    monkeypatch.setattr("socket.socket", lambda *_args, **_more: pytest.fail("opened"))
    monkeypatch.setattr("urllib.request.OpenerDirector.open", lambda *_args, **_more: pytest.fail("opened"))
    (tmp_path / "feed.xml").write_bytes(rss(item()))
    for content in (b"http://127.0.0.1/feed", str(tmp_path / "feed.xml").encode()):
        assert "pas un agenda ni un fil" in refusal(content)
    external = b'<!DOCTYPE rss PUBLIC "-//Netscape//DTD RSS 0.91//EN" "http://127.0.0.1/rss.dtd">'
    assert len(read(rss(item()).replace(b"<rss", external + b"<rss", 1))) == 1


LAUGHS = b"<!DOCTYPE rss [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]><rss><channel><title>&b;</title></channel></rss>"
INSIDE = b"<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><rss><channel><title>&x;</title></channel></rss>"
PARAMETER = b"<!DOCTYPE rss [<!ENTITY % x SYSTEM 'http://127.0.0.1/'> %x;]><rss/>"


@pytest.mark.parametrize("content", [LAUGHS, INSIDE, PARAMETER])
def test_entities_are_refused_before_anything_is_read(content, monkeypatch):
    monkeypatch.setattr(news_feeds.feedparser, "parse", lambda *_args, **_more: pytest.fail("read"))
    assert "ENTITY" in refusal(content)


def deep(number: int) -> bytes:
    return rss("<a>" * number + "</a>" * number)


@pytest.mark.parametrize(
    "content",
    [
        deep(100), deep(200_000), rss(item(more="<category>x</category>" * 2_000)), rss(*[item()] * (MOST_ENTRIES + 1)),
        rss("<item " + " ".join(f'a{number}="x"' for number in range(100_000)) + "></item>"),
        rss("".join(f'<x{number}:a xmlns:x{number}="u{number}"/>' for number in range(100))), rss("<a/>" * 200_000),
    ],
    ids=["deep", "deeper", "an entry", "entries", "attributes", "namespaces", "elements"],
)  # fmt: skip
def test_what_is_beyond_measure_is_refused_at_once(content, monkeypatch):
    monkeypatch.setattr(news_feeds.feedparser, "parse", lambda *_args, **_more: pytest.fail("read"))
    began = time.process_time()
    assert "démesuré" in refusal(content)
    assert time.process_time() - began < 5


def test_a_broken_feed_is_told_by_its_line():
    assert "abîmé, ligne 11" in refusal(rss(item(title="x")).replace(b"<title>x</title>", b"<title>x</titre>"))
    assert "abîmé" in refusal(rss(item())[:-40])
    assert "abîmé" in refusal(rss(item()) + rss(item()))


@pytest.mark.parametrize(
    "content", [b"<html><body>Agenda</body></html>", b"<!doctype html><html><p>", b"<svg/>", b"<", b"<kml></kml>"]
)
def test_a_page_is_no_feed(content):
    assert "pas un agenda ni un fil" in refusal(content)


def test_a_file_of_both_is_known():
    both = [rss(item()) + calendar(vevent()), calendar(vevent()) + rss(item())]
    assert all(map(is_mixed, both))
    assert not is_mixed(rss(item())) and not is_mixed(calendar(vevent(DESCRIPTION="le fil <rss> du site")))


@pytest.mark.parametrize("blank", [b"\n", b" \n", b"\r\n", b"\t"])
def test_blank_lines_take_a_time_in_step_with_their_number(blank):
    def seconds(lines: int) -> float:
        began = time.process_time()
        assert not is_mixed(b"BEGIN:VCALENDAR\n" + blank * lines)
        return time.process_time() - began

    few = min(seconds(2_000) for _ in range(3))
    assert seconds(200_000) < 1_000 * max(few, 0.000_1), "a hundred times as many; ten thousand times the time before"


@pytest.mark.parametrize(
    ("told", "read"),
    [
        ("Plain &amp; simple", "Plain & simple"),
        ("<p>Un</p><p>Deux<br/>Trois</p>", "Un\nDeux\nTrois"),
        ("<ScRiPt>alert(1)</script >Bal", "Bal"),
        ("<style>p { color: red }", ""),
        ("&lt;b&gt;écrit tel quel&lt;/b&gt;", "<b>écrit tel quel</b>"),
        ("fin\u202e\u200b\u00ad", "fin"),
    ],
)
def test_html_becomes_words(told, read):
    assert plain_paragraphs(told, longest=99) == read


@pytest.mark.parametrize("part", ["<", "<script", "<!--", "<a href='", "&#", "<p>", "</", "<![CDATA["])
def test_hostile_html_takes_no_time(part):
    text = (part * 40_000)[:40_000]
    began = time.process_time()
    plain_paragraphs(text, longest=40_000)
    assert time.process_time() - began < 2
