"""Every variable of the environment is documented, and a value that is none is refused at the start."""

import re
from pathlib import Path

import pytest
from django.conf import settings as ours

from config.bodies import FILES
from config.environment import accessibility_is_known, vat_is_a_rate

SETTINGS = Path(ours.BASE_DIR, "docs", "settings.md").read_text()


def read_by_settings() -> set[str]:
    """The variables that `config/settings.py` reads; those of a group by their last words."""
    source = Path(ours.BASE_DIR, "config", "settings.py").read_text()
    names = set(re.findall(r'environ(?:\.get\(|\[)\s*"([A-Z_]+)"', source))
    groups = {"ALENTOUR_PUBLISHER": ours.PUBLISHER, "ALENTOUR_SELLER": ours.SELLER}
    assert set(re.findall(r'environ\.get\(f"([A-Z_]+)_\{', source)) == set(groups)
    return names | {f"{group}_{name.upper()}" for group, members in groups.items() for name in members}


def documented() -> set[str]:
    """The variables of the table; `_NAME` goes on from the one before it."""
    found = set()
    for row in re.findall(r"^\| (`[^|]+) \|", SETTINGS, re.MULTILINE):
        first, *others = re.findall("`([A-Z_]+)`", row)
        stem = re.match("(ALENTOUR_[A-Z]+)?", first)[0]
        found |= {first} | {f"{stem}{other}" if other.startswith("_") else other for other in others}
    return found


def test_every_variable_is_documented_and_no_other():
    assert documented() == read_by_settings()


def test_every_route_that_takes_a_file_is_documented():
    """One row for adding and changing, whatever it is."""
    weights = SETTINGS.split("## What a request may weigh")[1]
    alike = {"exchange-change": "share", "write-to-author": "conversation"}
    alike |= {"change-news": "add-news", "keep-coverage": "coverage", "coverage-file": "coverage"}
    assert weights.count("and 1 MB") == len({alike.get(route, route) for route in FILES})


@pytest.mark.parametrize("rate", ["", "20", "5.5", "0", "8.50"])
def test_a_rate_of_vat(settings, rate):
    settings.VAT_RATE = rate
    assert vat_is_a_rate() == []


@pytest.mark.parametrize("rate", ["20 %", "5,5", "vingt", "-1", "100", "nan", "Infinity", "5.555"])
def test_a_rate_that_no_quote_could_say(settings, rate):
    settings.VAT_RATE = rate
    (error,) = vat_is_a_rate()
    assert error.id == "alentour.E001" and repr(rate) in error.msg


@pytest.mark.parametrize(("status", "faults"), [("none", 0), ("full", 0), ("", 1), ("Full", 1)])
def test_a_status_that_every_page_says(settings, status, faults):
    settings.ACCESSIBILITY_STATUS = status
    assert len(accessibility_is_known()) == faults
