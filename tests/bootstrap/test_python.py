"""The environment is pinned by one lock, uv included."""

import re

import pytest

from config.bootstrap import python
from config.bootstrap.python import LOCK, base_python, requirement

SAMPLE = """\
ruff==0.1 \\
    --hash=sha256:aa
    # via alentour
uv==1.2 ; sys_platform != 'x' \\
    --hash=sha256:bb \\
    --hash=sha256:cc
    # via alentour
uvloop==3 \\
    --hash=sha256:dd
"""


def test_a_requirement_is_taken_with_its_hashes_and_nothing_else():
    assert requirement("uv", SAMPLE) == SAMPLE[SAMPLE.index("uv==") : SAMPLE.index("    # via alentour\nuvloop")]


def test_a_package_that_is_not_locked_is_an_error():
    with pytest.raises(LookupError):
        requirement("uvx", SAMPLE)


def test_the_lock_pins_uv_and_hashes_everything():
    lock = LOCK.read_text()
    assert requirement("uv", lock).count("--hash=sha256:") > 3
    for line in re.findall(r"(?m)^[a-z0-9].*$", lock):
        assert line.endswith("\\"), f"without a hash: {line}"


def test_the_lock_names_no_host():
    assert "://" not in LOCK.read_text()


def test_the_environment_stands_on_the_system_s_python_where_that_can_bear_one(monkeypatch, tmp_path):
    system = tmp_path / "python"
    system.symlink_to(python.OWN_PYTHON)
    monkeypatch.setattr(python, "SYSTEM_PYTHON", system)
    assert base_python() == system


@pytest.mark.parametrize("system", ["absent", "without-ensurepip"])
def test_it_stands_on_the_python_that_runs_where_the_system_has_none_that_can(monkeypatch, tmp_path, system):
    path = tmp_path / "without-ensurepip"
    path.write_text("#!/bin/sh\nexit 1\n")
    path.chmod(0o755)
    monkeypatch.setattr(python, "SYSTEM_PYTHON", tmp_path / system)
    assert base_python() == python.OWN_PYTHON
