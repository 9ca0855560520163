"""What set-up says, in which language, and when."""

import re
import time

import pytest

from config.bootstrap import progress


@pytest.mark.parametrize(
    ("variables", "english"),
    [
        ({}, False),
        ({"LANG": "C.UTF-8"}, False),
        ({"LANG": "en_GB.UTF-8"}, True),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "fr_FR.UTF-8"}, False),
    ],
)
def test_french_unless_english_is_asked_for(monkeypatch, variables, english):
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert progress.in_english() is english


def test_a_short_step_is_silent(capsys):
    with progress.step(fr="court", en="short"):
        pass
    assert capsys.readouterr() == ("", "")


def test_a_step_over_a_second_is_announced_and_timed(capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    with progress.step(fr="long", en="long"):
        time.sleep(1.1)
    assert re.fullmatch(r"· long…\n✓ long \(1\.\d s\)\n", capsys.readouterr().err)


def test_a_step_that_fails_says_so(capsys, monkeypatch):
    monkeypatch.setenv("LC_ALL", "fr_FR.UTF-8")
    monkeypatch.setattr(progress, "SOON", 0)
    with pytest.raises(OSError), progress.step(fr="long", en="long"):
        raise OSError
    assert "✗ long" in capsys.readouterr().err


def test_the_end_of_a_log(tmp_path):
    log = tmp_path / "log"
    assert progress.tail(log) == ""
    log.write_text("\n".join(map(str, range(40))))
    assert progress.tail(log, lines=2) == "38\n39"
