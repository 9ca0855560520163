"""Feeds for tests of news: RSS as the site of a town writes it, Atom as an association's."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape

from django.utils import timezone

_RSS = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"
  xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom"
  xmlns:georss="http://www.georss.org/georss" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
<title>Ville – Actualités</title>
<atom:link href="https://ville.example/feed/" rel="self" type="application/rss+xml" />
<link>https://ville.example</link>
<description>Toute l&#8217;actualité</description>
<generator>https://wordpress.org/?v=6.5</generator>
{items}
</channel></rss>
"""
_ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="fr" xmlns:georss="http://www.georss.org/georss">
<title>Les Amis du bal</title><id>urn:uuid:60a76c80-d399-11d9-b93c-0003939e0af6</id>
<updated>2026-11-01T10:00:00Z</updated><link rel="self" href="https://club.example/atom.xml"/>
{entries}
</feed>
"""


def ago(days: float) -> datetime:
    return timezone.now() - timedelta(days=days)


def item(guid: str = "https://ville.example/?p=1", title: str = "La piscine rouvre", **columns) -> str:
    """An item a line each; `None` leaves a line out, `more` is written as it is."""
    told = {
        "title": title,
        "link": "https://ville.example/piscine/",
        "pubDate": format_datetime(columns.pop("published", ago(2))),
        "description": "<p>Dès <b>lundi</b>, à 9&nbsp;h.</p>",
    }
    more = columns.pop("more", "")
    lines = [f"<{name}>{escape(value)}</{name}>" for name, value in (told | columns).items() if value is not None]
    identity = f'<guid isPermaLink="false">{escape(guid)}</guid>' if guid else ""
    return "\n".join(["<item>", *lines, identity, more, "</item>"])


def rss(*items: str) -> bytes:
    """A feed of these items, as WordPress writes one."""
    return _RSS.format(items="\n".join(items)).encode()


def entry(identity: str = "tag:club.example,2026:1", title: str = "Assemblée générale", **columns) -> str:
    """An entry of an Atom feed."""
    published = columns.get("published", ago(3)).isoformat()
    content = columns.get("content", '<content type="html">&lt;p&gt;Le bureau change.&lt;/p&gt;</content>')
    link = columns.get("link", "https://club.example/ag")
    return (
        f"<entry><id>{identity}</id><title>{escape(title)}</title><updated>{published}</updated>"
        f'<published>{published}</published><link rel="alternate" href="{link}"/>{content}</entry>'
    )


def atom(*entries: str) -> bytes:
    return _ATOM.format(entries="\n".join(entries)).encode()
