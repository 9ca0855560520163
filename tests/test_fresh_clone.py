"""What a fresh clone makes once is shared by the workers: no module is left to two of them, none to nobody."""

import sys
from pathlib import Path

import pytest
from _pytest.assertion import rewrite

from tests import fresh_clone

TESTS = Path(__file__).parent
HERE = "test_fresh_clone"


@pytest.fixture
def share(monkeypatch, tmp_path, request):
    """What a worker rewrites when it is about to collect these: names of modules."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path))

    def share(number: int, workers: int, *, named: list[str]) -> set[str]:
        before = set(tmp_path.rglob("*.pyc"))
        config = request.config
        monkeypatch.setattr(config, "args", named)
        workerinput = {"workerid": f"gw{number}", "workercount": workers}
        monkeypatch.setattr(config, "workerinput", workerinput, raising=False)
        fresh_clone.rewrite_share(config)
        return {path.name.partition(".")[0] for path in set(tmp_path.rglob("*.pyc")) - before}

    return share


def test_each_module_is_rewritten_by_one_worker(share):
    folder = TESTS / "bootstrap"
    shares = [share(number, 3, named=[str(folder)]) for number in range(3)]
    assert all(shares) and sum(map(len, shares)) == len(set.union(*shares))
    assert set.union(*shares) == {path.stem for path in folder.glob("test_*.py")}


def test_a_module_that_was_rewritten_is_not_again(share):
    assert share(0, 1, named=[f"{__file__}::{HERE}"]) == {HERE}
    assert share(0, 1, named=[__file__]) == set()


def test_pytest_finds_what_was_rewritten(share, tmp_path):
    share(0, 1, named=[__file__])
    (kept,) = tmp_path.rglob("*.pyc")
    assert kept.name == f"{HERE}{rewrite.PYC_TAIL}"
    assert rewrite._read_pyc(Path(__file__), kept) is not None


def test_who_keeps_no_bytecode_rewrites_nothing_beforehand(share, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    assert share(0, 1, named=[__file__]) == set()


def test_databases_that_cannot_be_made_fail_where_they_are_needed(monkeypatch):
    monkeypatch.setattr(fresh_clone, "template_database", lambda: 1 / 0)
    fresh_clone._make_databases()
