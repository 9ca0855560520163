"""`./manage.py open_town`: what cannot be read ends in one line."""

import pytest
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def test_a_broken_extract_is_told_in_one_line(tmp_path, toy_town):
    (tmp_path / "ville.osm.pbf").write_bytes(b"no extract")
    with pytest.raises(CommandError, match="extrait OSM illisible") as refused:
        call_command("open_town", "77998", "--from", str(tmp_path))
    assert "\n" not in str(refused.value)


def test_an_unknown_town_or_folder_is_told(tmp_path, toy_town):
    with pytest.raises(CommandError, match="Aucune commune"):
        call_command("open_town", "zzqqxx")
    with pytest.raises(CommandError, match="pas un dossier"):
        call_command("open_town", "77998", "--from", str(tmp_path / "absent"))
