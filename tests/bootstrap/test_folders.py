"""A stamp vouches for finished work only, and locks die with their holder."""

import subprocess
import sys
from pathlib import Path

from config.bootstrap import folders


def test_work_is_complete_only_when_its_stamp_says_so_of_the_same_inputs(tmp_path):
    stamp = tmp_path / "stamp"
    assert not folders.is_complete(stamp, "a")
    folders.mark_complete(stamp, "a")
    assert folders.is_complete(stamp, "a")
    assert not folders.is_complete(stamp, "b")
    assert list(tmp_path.iterdir()) == [stamp]


def test_a_fingerprint_tells_files_and_their_borders_apart(tmp_path):
    (tmp_path / "f").write_text("ab")
    assert folders.fingerprint(tmp_path / "f") == folders.fingerprint("ab")
    assert folders.fingerprint("a", "b") != folders.fingerprint("ab")


def test_a_killed_holder_frees_its_lock(tmp_path, monkeypatch):
    monkeypatch.setenv("ALENTOUR_DATA", str(tmp_path))
    program = "import os\nfrom config.bootstrap.folders import alone\nwith alone('x'): os.kill(os.getpid(), 9)"
    assert subprocess.run([sys.executable, "-c", program], cwd=folders.PROJECT).returncode == -9
    with folders.alone("x"):
        assert (tmp_path / "x.lock").exists()


def test_the_data_folder_is_the_clones_unless_named(monkeypatch, tmp_path):
    monkeypatch.delenv("ALENTOUR_DATA", raising=False)
    assert folders.data_folder() == Path(folders.PROJECT, ".alentour")
    monkeypatch.setenv("ALENTOUR_DATA", str(tmp_path))
    assert folders.data_folder() == tmp_path
