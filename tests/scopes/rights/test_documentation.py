"""`docs/privacy.md` says what the code does."""

import re

from django.conf import settings

from scopes.rights.registry import personal

PAGE = settings.BASE_DIR / "docs" / "privacy.md"


def retention() -> str:
    """The table as the registry has it."""
    rows = [(str(known.title), str(known.purpose), str(known.kept)) for known in personal()]
    told = [" | ".join(words[:1].upper() + words[1:] for words in row) for row in sorted(rows)]
    return "\n".join(["| quoi | pourquoi | jusqu’à quand |", "|---|---|---|", *(f"| {row} |" for row in told)])


def test_the_retention_table_is_the_registry_s():
    written = re.search("<!-- retention -->\n(.*?)<!-- /retention -->", PAGE.read_text(), re.DOTALL)[1].strip()
    assert written == retention(), f"write this between the marks of {PAGE.name}:\n{retention()}"


def test_what_it_points_to_is_there():
    text = PAGE.read_text()
    for path in re.findall(r"`((?:geo|scopes|config|tests)/[\w/.*]+)`", text):
        assert list(settings.BASE_DIR.glob(path.rstrip("/"))), path
    for path in re.findall(r"\]\((adr/[\w.-]+)\)", text):
        assert (PAGE.parent / path).exists(), path
