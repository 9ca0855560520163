"""Reads what people see out of the code and the templates, and keeps the English translation of it.

Babel does it in Python, since gettext's programs are not on a bare machine; Django itself turns templates into what
Babel reads. Both `django.po` and the compiled `django.mo` are committed. French is what the code says, but for counts:
without a catalogue Django takes none for many, and French says "0 logement".
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

from geo.errors import AlentourError

APPLICATIONS = ("geo", "scopes", "directory", "maps", "config")
KEYWORDS = ("_", "gettext", "gettext_lazy", "ngettext", "ngettext_lazy", "gettext_noop")
ENGLISH, FRENCH = (Path(settings.BASE_DIR, "config", "locale", code, "LC_MESSAGES") for code in ("en", "fr"))


def sources() -> Iterator[tuple[Path, io.BytesIO]]:
    """Every module and template of ours, as something that reads like Python."""
    for application in APPLICATIONS:
        folder = Path(settings.BASE_DIR, application)
        written = (path for kind in ("*.py", "*.html", "mail/*.txt") for path in folder.rglob(kind))
        for path in sorted(written):
            if "node_modules" not in path.parts and "migrations" not in path.parts:
                text = path.read_text()
                yield path, io.BytesIO((text if path.suffix == ".py" else templatize(text)).encode())


def extracted() -> Catalog:
    """Every message on screen, with the files it stands in."""
    catalog = _empty()
    for path, source in sources():
        for _line, _function, message, _comments in extract_python(source, KEYWORDS, [], {"encoding": "utf-8"}):
            parts = tuple(filter(None, message)) if isinstance(message, tuple) else (message,)
            if parts and parts[0]:
                identity = parts[0] if len(parts) == 1 else parts[:2]
                catalog.add(identity, locations=[(str(path.relative_to(settings.BASE_DIR)), None)])
    for path in Path(settings.BASE_DIR).glob("*/errors.py"):
        import_module(f"{path.parent.name}.errors")  # an error is known once its module is loaded
    for error in _errors(AlentourError):
        catalog.add(error.__doc__, locations=[(f"{error.__module__.replace('.', '/')}.py", None)])
    return catalog


def french(said: Catalog) -> Catalog:
    """What is counted of all that is said, in the words of the code."""
    catalog = _empty("fr")
    for message in said:
        if isinstance(message.id, tuple):
            catalog.add(message.id, string=message.id)
    return catalog


def _empty(locale: str = "en") -> Catalog:
    """A catalogue whose header never changes by itself."""
    written_on = datetime(2026, 11, 21, tzinfo=UTC)
    return Catalog(
        locale=locale,
        project="Alentour",
        version="1",
        charset="utf-8",
        fuzzy=False,
        creation_date=written_on,
        revision_date=written_on,
        header_comment="# English of what Alentour says on screen; `./manage.py renew_messages` keeps it.",
        msgid_bugs_address="",
        last_translator="",
        language_team=locale,
    )


def _errors(error: type[AlentourError]) -> Iterator[type[AlentourError]]:
    """An error and all below it: their docstrings are messages."""
    yield error
    for below in error.__subclasses__():
        yield from _errors(below)


def english() -> Catalog:
    """The committed translation."""
    with (ENGLISH / "django.po").open("rb") as file:
        return read_po(file, locale="en")


def compiled(catalog: Catalog) -> bytes:
    """The translation as Django loads it."""
    target = io.BytesIO()
    write_mo(target, catalog)
    return target.getvalue()


def written(catalog: Catalog) -> bytes:
    """The translation as people edit it."""
    target = io.BytesIO()
    write_po(target, catalog, width=110, sort_output=True, omit_header=False, ignore_obsolete=True)
    return target.getvalue()


def renew() -> list[str]:
    """Bring `django.po` in line with the code, compile it, and answer the messages that lack a translation."""
    catalog, said = english(), extracted()
    catalog.update(said, no_fuzzy_matching=True)
    (ENGLISH / "django.po").write_bytes(written(catalog))
    (ENGLISH / "django.mo").write_bytes(compiled(catalog))
    (FRENCH / "django.mo").write_bytes(compiled(french(said)))
    return [str(message.id) for message in catalog if message.id and not all(_strings(message))]


def _strings(message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)
