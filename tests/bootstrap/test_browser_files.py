"""npm runs once for each lock, without the packages' scripts, and a failure leaves no stamp."""

import subprocess
from pathlib import Path

import pytest

from config.bootstrap import browser_files
from config.bootstrap.browser_files import ensure_browser_files


class Npm:
    """Stands in for npm: empties `node_modules` as the real one does, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.status = 0

    def __call__(self, command, **options) -> subprocess.CompletedProcess:
        self.asked.append(command)
        browser_files.STAMP.unlink(missing_ok=True)
        return subprocess.CompletedProcess(command, self.status, "", "no such package")


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Npm:
    stand_in = Npm()
    (tmp_path / "node_modules").mkdir()
    (tmp_path / "package-lock.json").write_text("{}")
    monkeypatch.setenv("ALENTOUR_DATA", str(tmp_path / "data"))
    monkeypatch.setattr(browser_files, "LOCK", tmp_path / "package-lock.json")
    monkeypatch.setattr(browser_files, "STAMP", tmp_path / "node_modules" / "alentour.stamp")
    monkeypatch.setattr(browser_files.subprocess, "run", stand_in)
    return stand_in


def test_npm_runs_again_only_when_its_lock_changed(npm: Npm):
    ensure_browser_files()
    ensure_browser_files()
    assert len(npm.asked) == 1
    assert {"ci", "--ignore-scripts"} <= set(npm.asked[0])
    browser_files.LOCK.write_text('{"packages": {}}')
    ensure_browser_files()
    assert len(npm.asked) == 2


def test_a_failure_is_told_and_tried_again(npm: Npm, capsys: pytest.CaptureFixture):
    npm.status = 1
    with pytest.raises(SystemExit):
        ensure_browser_files()
    assert "no such package" in capsys.readouterr().err
    npm.status = 0
    ensure_browser_files()
    assert len(npm.asked) == 2


def test_a_machine_without_npm_uses_the_wheels(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(browser_files.shutil, "which", lambda name: None)
    node, npm = browser_files.npm()
    assert node.exists()
    assert npm.exists()
