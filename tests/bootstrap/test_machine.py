"""Missing Debian packages are installed where allowed, and named exactly where not."""

import subprocess

import pytest

from config.bootstrap import machine


@pytest.fixture
def bare(monkeypatch) -> list[list[str]]:
    """A machine without anything, which remembers the commands it was given."""
    commands: list[list[str]] = []

    def run(command, **options):
        commands.append(list(command))
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(machine, "PRESENT", dict.fromkeys(machine.PRESENT, lambda: False))
    monkeypatch.setattr(machine.subprocess, "run", run)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return commands


def test_nothing_is_done_when_nothing_is_missing(bare, monkeypatch):
    monkeypatch.setattr(machine, "PRESENT", dict.fromkeys(machine.PRESENT, lambda: True))
    machine.ensure_packages(machine.needed_packages("test"), may_install=False)
    assert bare == []


@pytest.mark.parametrize(("uid", "may_install"), [(1000, True), (0, False)])
def test_the_exact_line_is_printed_where_apt_may_not_be_called(bare, monkeypatch, capsys, uid, may_install):
    monkeypatch.setattr(machine.os, "geteuid", lambda: uid)
    with pytest.raises(SystemExit) as end:
        machine.ensure_packages(machine.needed_packages("demo"), may_install=may_install)
    said = capsys.readouterr().err
    assert end.value.code == 1
    assert "sudo apt-get install -y --no-install-recommends python3-venv postgresql-15 postgresql-15-postgis-3 " in said
    assert "DATABASE_URL" in said
    assert bare == []


def test_root_installs_when_allowed(bare, monkeypatch):
    monkeypatch.setattr(machine.os, "geteuid", lambda: 0)
    machine.ensure_packages(("chromium-headless-shell",), may_install=True)
    installed = ["apt-get", "install", "-y", "--no-install-recommends", "chromium-headless-shell"]
    assert bare == [["apt-get", "update"], installed]


def test_only_tests_need_a_browser_and_another_server_needs_no_postgresql(bare, monkeypatch):
    assert {"chromium-headless-shell", "libatomic1"} <= set(machine.needed_packages("test"))
    assert "chromium-headless-shell" not in machine.needed_packages("demo")
    monkeypatch.setenv("DATABASE_URL", "postgresql://elsewhere/alentour")
    assert machine.needed_packages("demo") == ("python3-venv",)


@pytest.mark.parametrize(
    ("ci", "terminal", "unattended"), [("true", False, True), ("true", True, False), ("", False, False)]
)
def test_only_a_ci_run_without_terminal_is_unattended(monkeypatch, ci, terminal, unattended):
    monkeypatch.setenv("CI", ci)
    monkeypatch.setattr(machine.sys.stdin, "isatty", lambda: terminal, raising=False)
    assert machine.runs_unattended() is unattended


@pytest.mark.parametrize("there", ["chromium-headless-shell", "chromium", ""])
def test_either_browser_does(monkeypatch, tmp_path, there):
    monkeypatch.setattr(machine, "BROWSERS", [tmp_path / browser.name for browser in machine.BROWSERS])
    (tmp_path / there).touch()
    assert machine.missing(["chromium-headless-shell"]) == ([] if there else ["chromium-headless-shell"])
