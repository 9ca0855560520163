"""Which account runs the server, and where it can reach its files."""

import os
import pwd
import tempfile
from pathlib import Path

import pytest

from config.bootstrap import account
from config.bootstrap.account import LONGEST_SOCKET_PATH, Account, cluster_home, server_account, socket_folder

OTHER = Account(name="nobody", uid=65534, gid=65534, is_self=False)
MYSELF = Account(name=pwd.getpwuid(os.geteuid()).pw_name, uid=os.geteuid(), gid=os.getegid(), is_self=True)


def test_the_server_never_runs_as_root():
    assert server_account().uid != 0


def test_libpq_settings_of_the_caller_are_left_out(monkeypatch):
    monkeypatch.setenv("PGHOST", "elsewhere")
    assert "PGHOST" not in account.clean_environment()


def test_a_clone_in_a_closed_home_keeps_its_cluster_elsewhere(tmp_path, monkeypatch):
    tmp_path.chmod(0o700)
    monkeypatch.setenv("ALENTOUR_DATA", str(tmp_path / "clone"))
    assert cluster_home(MYSELF) == tmp_path / "clone"
    elsewhere = cluster_home(OTHER)
    assert elsewhere.parent == Path("/var/lib/alentour-dev")
    monkeypatch.setenv("ALENTOUR_DATA", str(tmp_path / "other"))
    assert cluster_home(OTHER) != elsewhere


def test_an_open_clone_keeps_its_cluster_inside(monkeypatch):
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        monkeypatch.setenv("ALENTOUR_DATA", folder)
        assert cluster_home(OTHER) == Path(folder)


def test_the_socket_is_in_the_cluster_unless_its_address_grows_too_long(tmp_path):
    assert socket_folder(Path("/data/cluster"), MYSELF) == Path("/data/cluster")
    short = socket_folder(tmp_path / ("long" * 25), MYSELF)
    try:
        assert len(os.fsencode(short / ".s.PGSQL.5432")) <= LONGEST_SOCKET_PATH
        assert short.stat().st_mode & 0o777 == 0o700
        assert socket_folder(tmp_path / ("long" * 25), MYSELF) == short
        with pytest.raises(SystemExit):
            socket_folder(tmp_path / ("long" * 25), Account(name="x", uid=MYSELF.uid + 1, gid=0, is_self=True))
    finally:
        short.rmdir()
