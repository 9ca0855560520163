"""Data packages: pinned, checked, whole or absent."""

import hashlib
import io
import tarfile
import tomllib
import zipfile

import pytest

from geo.errors import ImportRefused
from geo.packages import SOURCES, Package, package, write_at_once


@pytest.fixture
def folder(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    (tmp_path / "packages").mkdir()
    return tmp_path / "packages"


def archive(folder, name, kind) -> Package:
    """A package of one file, `data/a.txt`, already in the folder."""
    content = io.BytesIO()
    if kind == "wheel":
        with zipfile.ZipFile(content, "w") as wheel:
            wheel.writestr("data/a.txt", "bonjour")
    else:
        with tarfile.open(fileobj=content, mode="w:gz") as source:
            entry = tarfile.TarInfo(f"{name}-1.0/data/a.txt")
            entry.size = 7
            source.addfile(entry, io.BytesIO(b"bonjour"))
    made = Package(name=name, version="1.0", sha256=hashlib.sha256(content.getvalue()).hexdigest(), archive=kind)
    (folder / made.filename).write_bytes(content.getvalue())
    return made


@pytest.mark.parametrize("kind", ["wheel", "source"])
def test_files_are_read_from_the_archive(folder, kind):
    made = archive(folder, "toy", kind)
    assert made.read("data/a.txt") == b"bonjour"
    path = made.unpacked("data/a.txt")
    assert path.read_text() == "bonjour"
    assert made.unpacked("data/a.txt") == path


def test_another_file_under_the_name_is_refused_and_removed(folder):
    made = archive(folder, "toy", "wheel")
    made.path.write_bytes(b"something else")
    changed = Package(name="toy", version="1.0", sha256=made.sha256, archive="wheel")
    with pytest.raises(ImportRefused, match=r"toy-1\.0"):
        changed.read("data/a.txt")
    assert not (folder / made.filename).exists()


def test_a_package_that_cannot_be_had_is_named_and_leaves_nothing(folder, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    absent = Package(name="alentour-absent", version="9.9", sha256="0" * 64, archive="wheel")
    with pytest.raises(ImportRefused, match=r"alentour-absent 9\.9"):
        absent.read("a.txt")
    assert list(folder.iterdir()) == []


def test_writing_is_all_or_nothing(folder):
    write_at_once(folder / "deep" / "a.txt", b"1")
    assert [path.name for path in (folder / "deep").iterdir()] == ["a.txt"]


def test_pins_are_complete():
    for name in tomllib.loads(SOURCES.read_text()):
        assert len(package(name).sha256) == 64
