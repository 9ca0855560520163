"""The browser files that Alentour serves from npm packages: these and no others, each under a name of our own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.checks import CheckMessage
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage

PACKAGES = Path(__file__).parent / "node_modules"
SOURCE_MAP = re.compile(rb"^\s*(//|/\*)[#@] sourceMappingURL=.*$", re.MULTILINE)

#: Address below `static/` -> file of a package.
FILES = {
    "leaflet/leaflet.js": "leaflet/dist/leaflet.js",
    "leaflet/leaflet.css": "leaflet/dist/leaflet.css",
    **{f"leaflet/images/{name}": f"leaflet/dist/images/{name}" for name in ("layers.png", "layers-2x.png")},
    "leaflet/images/marker-icon.png": "leaflet/dist/images/marker-icon.png",
    "leaflet/vectorgrid.js": "leaflet.vectorgrid/dist/Leaflet.VectorGrid.bundled.min.js",
    "bootstrap/bootstrap.css": "bootstrap/dist/css/bootstrap.min.css",
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "combobox-nav.js": "@github/combobox-nav/dist/index.js",
    **{
        f"type/{script}.woff2": "@fontsource-variable/atkinson-hyperlegible-next/files/"
        f"atkinson-hyperlegible-next-{script}-wght-normal.woff2"
        for script in ("latin", "latin-ext")
    },
}
#: A folder of pictograms: `maki/bakery.svg`, … (https://labs.mapbox.com/maki-icons/, CC0).
PICTOGRAMS = "@mapbox/maki/icons"


@cache
def pictograms() -> frozenset[str]:
    """Names of the pictograms there are: read once, as 50 a page would take 0.1 s."""
    return frozenset(path.stem for path in (PACKAGES / PICTOGRAMS).glob("*.svg"))


def package_file(name: str) -> Path | None:
    """The file behind an address, or nothing for an address that is not ours."""
    if name.startswith("maki/") and name[5:-4] in pictograms():
        return PACKAGES / PICTOGRAMS / name[5:]
    return PACKAGES / FILES[name] if name in FILES else None


class PackageStorage(FileSystemStorage):
    """Reads files of packages without their pointer to a source map, which is not served."""

    def path(self, name: str) -> str:
        """Where the file of an address lies."""
        return str(package_file(name))

    def _open(self, name: str, mode: str = "rb") -> File:
        content = Path(self.path(name)).read_bytes()
        return ContentFile(SOURCE_MAP.sub(b"", content) if name.endswith((".js", ".css")) else content, name=name)


class PackageFinder(BaseFinder):
    """Offers `FILES` and the pictograms to Django's staticfiles."""

    storage = PackageStorage(location=PACKAGES)

    def check(self, **kwargs) -> list[CheckMessage]:
        """Nothing is configured, so nothing can be wrong."""
        return []

    def find(self, path: str, find_all: bool = False) -> str | list[str]:
        """Where the file of an address lies; empty when there is none."""
        found = package_file(path)
        paths = [str(found)] if found and found.exists() else []
        return paths if find_all else (paths[0] if paths else [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[tuple[str, FileSystemStorage]]:
        """Every address, for `collectstatic`."""
        for name in [*FILES, *(f"maki/{name}.svg" for name in sorted(pictograms()))]:
            if not matches_patterns(name, ignore_patterns):
                yield name, self.storage
