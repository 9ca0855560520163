"""An import killed at any moment leaves what was there, and the next one completes."""

import random
import signal
import subprocess

import pytest

from directory.importing.files import import_files
from directory.models import Listing, SearchEntry
from tests.other_process import COMMAND, start

ROWS = 3_000


def shops(path, *, title):
    rows = (f"{n};{title} {n};cafe;{-1.59 + n % 90 / 1000:.4f};{47.21 + n // 90 / 1000:.4f};;" for n in range(ROWS))
    path.write_text("id;nom;categorie;lon;lat;telephone;horaires\n" + "\n".join(rows))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_killed_import_leaves_what_was_there(tmp_path, make_town):
    make_town()
    path = tmp_path / "shops.csv"
    shops(path, title="Café")
    import_files([path], source="ville")
    shops(path, title="Taverne")
    for moment in (0.8 + random.Random(7).random() * 2 for _ in range(8)):
        process = start(COMMAND, "import_listings", "ville", str(path))
        try:
            _said, faults = process.communicate(timeout=moment)
            assert process.returncode == 0, faults
            break
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
        named = Listing.objects.filter(title__startswith="Café").count()
        assert named in (ROWS, 0), "half an import was kept"
        assert SearchEntry.objects.filter(title__startswith="Café").count() == named
    report = import_files([path], source="ville")
    assert report.read == ROWS and report.gone == report.added == 0
    assert SearchEntry.objects.filter(title__startswith="Taverne").count() == ROWS
