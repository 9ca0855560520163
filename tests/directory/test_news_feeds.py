"""What is read in a feed: RSS of every age, Atom, and what pretends to be one."""

import time

import pytest

from directory.importing import news_feeds
from directory.importing.feed_reducing import MOST_ENTRIES, MOST_OF_WORDS
from directory.importing.news_feeds import ToldNews, is_mixed, is_xml, read_news
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


UNREAD = {
    "author": "<author>{}</author>",
    "dc:creator": "<dc:creator>{}</dc:creator>",
    "webMaster": "<webMaster>{}</webMaster>",
    "managingEditor": "<managingEditor>{}</managingEditor>",
    "name": "<author><name>{}</name></author>",
    "contributor": "<atom:contributor><atom:email>{}</atom:email></atom:contributor>",
    "dc:publisher": "<dc:publisher>{}</dc:publisher>",
    "of a source": "<source><title>{0}</title><author>{0}</author></source>",
    "in another document": '<content type="text/xml"><author>{}</author></content>',
    "in an address": "<link><author>{}</author></link>",
}


@pytest.mark.parametrize("shape", UNREAD.values(), ids=UNREAD)
def test_what_nobody_reads_takes_a_time_in_step_with_its_length(shape, monkeypatch):
    """feedparser looks for an address of mail in an author, in a time that grows as the square of its length."""
    given = []
    parse = news_feeds.feedparser.parse
    monkeypatch.setattr(news_feeds.feedparser, "parse", lambda told, **more: given.append(told.read()) or parse(
        given[-1], **more))  # fmt: skip

    def seconds(length: int) -> float:
        began = time.process_time()
        [told] = read(rss(item(more=shape.format("a." * (length // 2)))))
        assert told.title == "La piscine rouvre"
        return time.process_time() - began

    few = min(seconds(20_000) for _ in range(3))
    assert seconds(80_000) < 12 * max(few, 0.05), "four times as long; sixteen times the time before"
    assert not any(b"a.a.a" in feed for feed in given), "feedparser never sees it"


def test_of_many_authors_none_reaches_the_reader_and_all_entries_do():
    creator = "<dc:creator>" + "a." * 2_000 + "</dc:creator>"
    began = time.process_time()
    assert len(read(rss(*[item(more=creator)] * (MOST_ENTRIES - 1)))) == MOST_ENTRIES - 1
    assert time.process_time() - began < 10, "two minutes before"


def test_a_feed_is_read_for_a_minute_at_most(monkeypatch):
    moments = iter(range(1_000))
    monkeypatch.setattr(news_feeds.time, "monotonic", lambda: float(next(moments)))
    assert "trop long à lire" in refusal(rss(*[item()] * 12))
    entries = read_news(rss(item(), item("2")), name="fil.xml")
    assert isinstance(next(entries), ToldNews)
    monkeypatch.setattr(news_feeds.time, "monotonic", lambda: 10_000.0)
    with pytest.raises(ImportRefused, match="trop long"):
        next(entries)


def test_words_that_are_very_long_are_cut_and_marks_that_are_too_long_are_none():
    long = "x" * 200_000
    [told] = read(rss(item(description=long, link=f"https://ville.example/{long}", guid=long, title=long)))
    assert (len(told.text), len(told.title), told.website) == (MOST_OF_WORDS, MOST_OF_WORDS, "")
    assert told.key.startswith("hash:")
    assert (
        read(rss(item(pubDate=f"Mon, 23 Nov 2026 10:00:00 +0100{' ' * 200}")))[0].reason == "sans date de publication"
    )


GML = '<georss:where><gml:Point xmlns:gml="http://www.opengis.net/gml">{}</gml:Point></georss:where>'


def test_a_point_of_gml_is_one_of_georss_and_nothing_of_it_breaks_the_reading():
    [told] = read(rss(item(more=GML.format("<gml:pos>47.2173 -1.5536</gml:pos>"))))
    assert (told.latitude, told.longitude) == (47.2173, -1.5536)
    alone = '<gml:pos xmlns:gml="http://www.opengis.net/gml">47 -1</gml:pos>'
    for broken in (alone, GML.format('<gml:pos srsName="EPSG:x">ici</gml:pos>'), GML.format("")):
        assert read(rss(item(more=broken)))[0].longitude is None


XHTML = '<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Un &lt;b&gt;<br/>deux</p></div></content>'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (atom(entry(content=XHTML)), "Un <b>\ndeux"),
        (rss(item(description=None, more="<description>Un <p>deux</p>&lt;b>trois</description>")), "Un deux\ntrois"),
        (rss(item(description=None, more="<description><title>Un</title> deux</description>")), "Un deux"),
        (atom(entry(content='<content type="image/png">AAAA</content>')), ""),
    ],
)
def test_markup_that_is_not_escaped_is_read_as_words(content, words):
    [told] = read(content)
    assert plain_paragraphs(told.text, longest=999) == words
    assert told.title in ("La piscine rouvre", "Assemblée générale")


def test_a_name_space_that_each_entry_declares_is_no_excess():
    assert len(read(atom(*[entry(content=XHTML)] * 200))) == 200


def test_names_are_read_by_their_space_and_never_from_within_another():
    shop = '<job:title xmlns:job="urn:job">Poste</job:title><source><title>Ailleurs</title><guid>x</guid></source>'
    [told] = read(rss(item(more=shop)))
    assert (told.title, told.key) == ("La piscine rouvre", "https://ville.example/?p=1")
    prefixed = (
        b'<a:feed xmlns:a="http://www.w3.org/2005/Atom" xml:base="https://club.example/"><a:entry><a:id>urn:1</a:id>'
        b'<a:title>T</a:title><a:updated>2026-11-20T10:00:00Z</a:updated><a:link href="ag"/></a:entry></a:feed>'
    )
    assert [(one.key, one.title, one.website) for one in read(prefixed)] == [("urn:1", "T", "https://club.example/ag")]


@pytest.mark.parametrize("address", ["http://[", "https://[::1", "//", "javascript:x", "http://a\u202e/"])
def test_an_address_that_is_none_breaks_no_reading(address):
    based = rss(item(link=address)).replace(b"<rss ", f'<rss xml:base="{address}" '.encode(), 1)
    assert read(based, address="https://ville.example/feed/")[0].title == "La piscine rouvre"


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
