"""The attacks of privacy.md, section 4, against the toy town: one town a module, put back after each test."""

import pytest

from scopes.organisations import keys
from tests.privacy.inhabitants import analyze
from tests.toy_town import TOY_TOWN, ToyTown


@pytest.fixture(scope="module")
def town(whole_module) -> ToyTown:
    """The toy town for all tests of a module."""
    TOY_TOWN.load()
    analyze()
    return TOY_TOWN


@pytest.fixture(autouse=True)
def nothing_is_counted(settings, monkeypatch) -> None:
    """Attackers are patient: no limit of attempts stops them, and no answer waits."""
    settings.ACCOUNT_RATE_LIMITS = False
    monkeypatch.setattr(keys, "SEARCHES_A_MINUTE", 1_000_000)
    settings.EVEN_SECONDS = 0
