"""The code base tested as data: small modules, documented, calling no third party, readable from four files."""

import ast
import re
import subprocess
from pathlib import Path

from django.conf import settings

ROOT = settings.BASE_DIR
PACKAGES = ("geo", "scopes", "directory", "maps", "config")
MODULES = sorted(
    path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "node_modules" not in path.parts
)
WRITTEN = [path for path in MODULES if "migrations" not in path.parts]
THIRD_PARTY_HOST = re.compile(
    r"https?://[^ \"')]*(jsdelivr|cdnjs|unpkg|googleapis|bootstrapcdn|code\.jquery|tile\.openst)"
)


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tracked(*patterns: str) -> list[Path]:
    """Files that git knows or would know: what is ignored is not ours."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / line for line in listed.stdout.splitlines() if (ROOT / line).is_file()]


def test_a_module_stays_small():
    assert [name_of(path) for path in WRITTEN if path.read_text().count("\n") > 400] == []


def test_a_module_says_in_a_sentence_what_it_is():
    def says(source: str) -> bool:
        docstring = ast.get_docstring(ast.parse(source)) or ""
        return docstring.split("\n\n")[0].rstrip().endswith((".", "!", "?", ":"))

    sources = {name_of(path): path.read_text() for path in WRITTEN}
    assert [name for name, source in sources.items() if source.strip() and not says(source)] == []


def test_nothing_is_looked_up_by_lookups_that_leave_the_boundary_out():
    """`contains` and `within` are false on the boundary itself: `covers` and `coveredby` are meant."""
    spatial = re.compile(r"(boundary|footprint|location|division|extent|line|geometry)__(contains|within|contained)\b")
    assert [name_of(path) for path in WRITTEN if spatial.search(path.read_text())] == []


def test_no_module_is_named_services():
    assert not [path for path in MODULES if path.name in {"services.py", "utils.py", "helpers.py"}]


def test_no_file_of_the_product_names_a_third_party_host():
    product = [path for path in tracked() if path.parts[len(ROOT.parts)] in (*PACKAGES, "manage.py")]
    named = [name_of(path) for path in product if THIRD_PARTY_HOST.search(path.read_text(errors="replace"))]
    assert named == []


def test_no_data_or_library_of_others_is_committed():
    # The translation is ours, and grows with what there is to say.
    heavy = [name_of(path) for path in tracked() if path.stat().st_size > 400_000 and path.suffix not in (".po", ".mo")]
    assert heavy == []
    assert [name_of(path) for path in tracked() if {"node_modules", ".alentour", "vendor"} & set(path.parts)] == []


def test_tests_keep_up_with_the_source():
    """The aim is a line for a line; what has been reached is never given back."""

    def lines(paths: list[Path]) -> int:
        return sum(len(path.read_text().splitlines()) for path in paths)

    assert lines(tracked("tests/*.py", "tests/**/*.py")) >= 0.8 * lines(WRITTEN)


def test_every_decision_has_a_number_of_its_own():
    decisions = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    assert all(path.read_text().startswith(f"# {int(path.name[:4])}. ") for path in decisions)


def test_the_top_level_holds_only_what_the_layout_names():
    folders = {path.relative_to(ROOT).parts[0] for path in tracked() if len(path.relative_to(ROOT).parts) > 1}
    assert folders <= {*PACKAGES, "fixtures", "tests", "docs", ".ci"}
    files = {path.name for path in tracked() if path.parent == ROOT}
    assert files <= {
        *("manage.py", "pyproject.toml", "requirements.lock", "README.md", "LICENSE", "CHANGELOG.md"),
        *(".gitignore", ".pre-commit-config.yaml", ".npmrc"),
    }
