"""Nothing of a test's ledger or archives lies among the clone's own."""

import pytest


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path):
    settings.ERASURE_LEDGER = tmp_path / "ledger" / "erasures.jsonl"
    archives = settings.STORAGES["archives"]
    archives = {**archives, "OPTIONS": {**archives["OPTIONS"], "location": tmp_path / "archives"}}
    settings.STORAGES = {**settings.STORAGES, "archives": archives}
    return tmp_path
