"""Finds the forms of the site as someone sees them, and posts them with anything in their fields."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.db import connection, transaction
from django.test import Client
from django.urls import Resolver404, resolve

#: Addresses asked of one route: the second may be another's.
MOST_OF_A_ROUTE = 2
#: Written whatever is answered: sessions, how often something was tried or someone came, how often a key was shown.
COUNTED = {"django_session", "cache", "scopes_apikey", "scopes_attempts", "scopes_presence"}


@dataclass(frozen=True)
class Form:
    """A form as a page holds it: where it goes, and what it would send untouched."""

    action: str
    fields: tuple[tuple[str, str], ...]

    @property
    def names(self) -> list[str]:
        """The names of its fields, each once."""
        return list(dict(self.fields))


class _Page(HTMLParser):
    """Links and forms of one page."""

    def __init__(self, address: str, text: str):
        super().__init__()
        self.address, self.links, self.forms = address, [], []
        self._fields: list[tuple[str, str]] | None = None
        self._select = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        told = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in told:
            self.links.append(urljoin(self.address, told["href"]))
        elif tag == "form" and told.get("method", "").lower() == "post":
            self._fields = []
            self.forms.append((urljoin(self.address, told.get("action", "")), self._fields))
        elif self._fields is not None and tag in ("input", "textarea", "select", "button") and told.get("name"):
            self._select = told["name"] if tag == "select" else ""
            if tag != "select":
                self._fields.append((told["name"], told.get("value", "")))
        elif self._fields is not None and tag == "option" and self._select:
            self._fields.append((self._select, told.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._fields = None


def forms_seen(client: Client, addresses: list[str]) -> Iterator[Form]:
    """Yield the forms of the pages that links lead to from some addresses, a few pages of each route."""
    asked, seen, left = Counter(), set(), list(addresses)
    while left:
        address = left.pop(0)
        path = urlsplit(address).path
        route = _route(path)
        if route is None or asked[route] >= MOST_OF_A_ROUTE or address in seen:
            continue
        seen.add(address)
        answer = client.get(address)
        assert answer.status_code < 500, address
        if answer.streaming or not answer["Content-Type"].startswith("text/html"):
            continue
        asked[route] += 1
        page = _Page(address, answer.text)
        left += [link for link in page.links if link.startswith("/")]
        if "Location" in answer:
            left.append(urljoin(address, answer["Location"]))
        for action, fields in page.forms:
            yield Form(action, tuple(pair for pair in fields if pair[0] != "csrfmiddlewaretoken"))


def one_of_each(forms: Iterator[Form]) -> list[Form]:
    """Keep the first form of each route with the same fields."""
    kept: dict[tuple, Form] = {}
    for form in forms:
        kept.setdefault((_route(urlsplit(form.action).path), tuple(sorted(form.names))), form)
    return list(kept.values())


def _route(path: str) -> str | None:
    try:
        found = resolve(path)
    except Resolver404:
        return None
    return found.url_name


@dataclass
class Poster:
    """Someone who posts: each answer is looked at, and what it wrote is taken back."""

    who: str
    client: Client
    #: What stands in the tables, as it does again after each answer.
    before: dict[str, str] = field(default_factory=dict)
    #: Whether anything was written for the last answer, be it taken back since.
    wrote: bool = False

    def faults(self, action: str, data: object, content_type: str | None = None, **headers: str) -> Iterator[str]:
        """Post, and yield what is wrong with the answer."""
        kept = dict(self.client.cookies)
        told = {"content_type": content_type} if content_type else {}
        self.before = self.before or standing()
        self.client.raise_request_exception = False
        with transaction.atomic():
            with connection.execute_wrapper(self._note):
                self.wrote = False
                answer = self.client.post(action, data, headers=headers, **told)
            if answer.status_code >= 500:
                yield f"{self.who} {action} {answer.status_code} {_said(answer)} {str(data)[:300]!r}"
            elif answer.status_code >= 400 and self.wrote and (written := changed(self.before)):
                yield f"{self.who} {action} {answer.status_code} wrote {written} {str(data)[:300]!r}"
            transaction.set_rollback(True)
        self.client.cookies.clear()
        self.client.cookies.update(kept)

    def _note(self, execute: Callable, sql: str, *told: object) -> object:
        self.wrote = self.wrote or sql.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE", "WITH"))
        return execute(sql, *told)


def _said(answer) -> str:
    kind, error, _trace = answer.exc_info or (None, None, None)
    return f"{kind.__name__}: {error}"[:300] if kind else ""


def standing() -> dict[str, str]:
    """What stands in every table, in few bytes."""
    with connection.cursor() as cursor:
        cursor.execute(_every_table(cursor))
        return dict(cursor.fetchall())


def changed(before: dict[str, str]) -> list[str]:
    """The tables in which something else stands than before."""
    return [table for table, told in standing().items() if told != before[table]]


_statement = ""


def _every_table(cursor) -> str:
    global _statement
    if not _statement:
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
        )
        tables = [name for (name,) in cursor.fetchall() if name not in COUNTED and not name.startswith("geo_")]
        _statement = " UNION ALL ".join(
            f"SELECT '{name}', count(*) || ':' || coalesce(sum(hashtext(one::text)::bigint), 0) FROM \"{name}\" one"
            for name in tables
        )
    return _statement


def deep(levels: int = 50_000) -> bytes:
    """JSON as deep as no one writes it."""
    return b'{"a":' * levels + b"1" + b"}" * levels
