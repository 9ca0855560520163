"""The copy of one's data: fetched for a day, by oneself, with a link that is nowhere else."""

import io
import json
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from geo.errors import NotFound
from scopes.models import Archive, OutgoingMail
from scopes.rights import archives
from scopes.rights.erasing import erase
from tests.neighbours import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return person("Ada")


def files() -> list[Path]:
    folder = Path(settings.STORAGES["archives"]["OPTIONS"]["location"])
    return sorted(folder.iterdir()) if folder.exists() else []


def test_the_archive_holds_the_json(ada):
    _row, token = archives.make_archive(account=ada)
    content = archives.fetch_archive(account_id=ada.pk, token=token)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert json.loads(archive.read(archives.DATA))["compte"][0]["first_name"] == "Ada"


def test_the_token_is_nowhere_and_the_file_is_the_owner_s_alone(ada):
    row, token = archives.make_archive(account=ada)
    assert len(token) >= 43, "256 bits"
    assert token not in str(Archive.objects.filter(pk=row.pk).values().get())
    (file,) = files()
    assert file.stat().st_mode & 0o777 == 0o600
    assert token not in file.name


def test_unknown_old_and_another_s_answer_alike(ada):
    _row, token = archives.make_archive(account=ada)
    bob = person("Bob")
    later = timezone.now() + archives.FETCHABLE + timedelta(seconds=1)
    said = set()
    for asked in (
        {"account_id": ada.pk, "token": "x" * 43},
        {"account_id": ada.pk, "token": token, "at": later},
        {"account_id": bob.pk, "token": token},
    ):
        with pytest.raises(NotFound) as refused:
            archives.fetch_archive(**asked)
        said.add(str(refused.value))
    assert len(said) == 1


def test_there_is_one_at_a_time(ada, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        _row, first = archives.make_archive(account=ada)
    with django_capture_on_commit_callbacks(execute=True):
        _row, second = archives.make_archive(account=ada)
    with pytest.raises(NotFound):
        archives.fetch_archive(account_id=ada.pk, token=first)
    assert archives.fetch_archive(account_id=ada.pk, token=second)
    assert len(files()) == 1


def test_its_day_over_it_is_gone_with_its_file(ada, django_capture_on_commit_callbacks):
    archives.make_archive(account=ada)
    with django_capture_on_commit_callbacks(execute=True):
        assert archives.delete_old_archives() == 0
        assert len(files()) == 1
        assert archives.delete_old_archives(at=timezone.now() + archives.FETCHABLE) == 1
    assert (Archive.objects.count(), files()) == (0, [])


def test_a_file_that_a_crash_left_behind_goes_too(ada):
    archives.make_archive(account=ada)
    Archive.objects.all().delete()
    archives.delete_old_archives()
    assert len(files()) == 1, "it may be about to be written down"
    archives.delete_old_archives(at=timezone.now() + 2 * archives.FETCHABLE)
    assert files() == []


def test_erasing_takes_it_along(ada, django_capture_on_commit_callbacks):
    archives.make_archive(account=ada)
    with django_capture_on_commit_callbacks(execute=True):
        erase(account=ada)
    assert (Archive.objects.count(), files()) == (0, [])


def test_a_file_gone_from_the_disk_is_not_found(ada):
    _row, token = archives.make_archive(account=ada)
    files()[0].unlink()
    with pytest.raises(NotFound):
        archives.fetch_archive(account_id=ada.pk, token=token)


def test_the_mail_alone_carries_the_link(ada):
    archives.hand_over(account=ada)
    mail = OutgoingMail.objects.get()
    assert (mail.to, mail.template) == (ada.email, "archive")
    assert archives.fetch_archive(account_id=ada.pk, token=mail.values["token"])
