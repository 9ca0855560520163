"""A second start: what stands is known without Django, and whatever no longer stands is looked at and mended."""

import argparse
import json
import os
import subprocess
import sys
from datetime import date, timedelta
from urllib.parse import quote

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from config import serving
from config.bootstrap.folders import PROJECT
from config.demonstration import standing
from config.demonstration.questions import asked_when_done, noted
from config.demonstration.steps import Step, steps
from config.management.commands import demo
from directory.categories import are_in_step
from directory.models import Category, Listing, OpeningRenewal
from directory.renewing import STALE_AFTER, openings_are_stale

QUESTIONS = ["SELECT count(*) FROM directory_category", "SELECT name FROM django_migrations"]


@pytest.fixture
def folder(tmp_path, monkeypatch, django_db_setup, django_db_blocker):
    """A folder of its own for what is kept, and the test database as the one that is asked."""
    given = connection.settings_dict
    place = f"host={quote(given['HOST'], safe='')}&port={given['PORT'] or 5432}"
    url = f"postgresql://{given['USER']}@/{given['NAME']}?{place}"
    if given["PASSWORD"]:
        url = url.replace("@/", f":{quote(given['PASSWORD'], safe='')}@/")
    monkeypatch.setenv("DATABASE_OWNER_URL", url)
    monkeypatch.setenv("ALENTOUR_DATA", str(tmp_path))
    standing.files.cache_clear()
    yield tmp_path
    standing.files.cache_clear()


@pytest.fixture
def remembered(folder):
    standing.remember(QUESTIONS)
    assert standing.stands()
    return folder / "demonstration.stamp"


def rewrite(stamp, **changed) -> None:
    stamp.write_text(json.dumps(json.loads(stamp.read_text()) | changed))


class TestWhatStands:
    def test_nothing_does_before_it_was_seen_whole(self, folder):
        assert not standing.stands()

    def test_what_was_seen_whole_does(self, remembered):
        assert standing.stands()

    def test_what_is_being_loaded_does_not(self, remembered):
        standing.forget()
        assert not standing.stands()
        standing.forget()

    def test_another_database_in_its_place_does_not(self, remembered, monkeypatch):
        url = os.environ["DATABASE_OWNER_URL"]
        monkeypatch.setenv("DATABASE_OWNER_URL", url.replace(connection.settings_dict["NAME"], "postgres"))
        standing.files.cache_clear()
        rewrite(remembered, inputs=standing.files())  # as where only the database behind the same address is another
        assert not standing.stands()

    def test_a_database_that_is_not_there_does_not(self, remembered, monkeypatch):
        monkeypatch.setenv("DATABASE_OWNER_URL", "postgresql://nobody@/nowhere?host=/nowhere")
        standing.files.cache_clear()
        rewrite(remembered, inputs=standing.files())
        assert not standing.stands()

    def test_what_answers_otherwise_does_not(self, remembered):
        rewrite(remembered, questions=["SELECT count(*) + 1 FROM directory_category", QUESTIONS[1]])
        assert not standing.stands()

    def test_style_sheets_that_are_gone_are_collected(self, folder):
        (folder / "static").mkdir()
        (folder / "static" / "alentour.stamp").write_text("these")
        standing.remember(QUESTIONS)
        assert standing.stands()
        (folder / "static" / "alentour.stamp").unlink()
        assert not standing.stands()

    @pytest.mark.parametrize("hours", [25, -1])
    def test_a_day_is_the_longest(self, remembered, hours):
        rewrite(remembered, asked_at=json.loads(remembered.read_text())["asked_at"] - hours * 3600)
        assert not standing.stands()

    @pytest.mark.parametrize("content", ["", "{", "these"])
    def test_a_broken_note_is_none(self, remembered, content):
        remembered.write_text(content)
        assert not standing.stands()

    def test_what_the_database_refuses_is_not_remembered(self, folder):
        standing.remember([*QUESTIONS, "SELECT nothing FROM nowhere"])
        assert not list(folder.iterdir())

    def test_a_question_changes_nothing(self, folder):
        assert standing.answers(["UPDATE directory_category SET icon = ''"]) is None
        assert standing.answers(["SELECT 1 UNION SELECT 2"]) == standing.answers(["SELECT 2 UNION SELECT 1"])
        assert standing.answers(["SELECT 1", "SELECT 2"]) != standing.answers(["SELECT 1 UNION SELECT 2"])


class TestFiles:
    @pytest.fixture
    def project(self, tmp_path, monkeypatch):
        for name in ("config/a.py", "maps/b.html", "maps/node_modules/c.js", "geo/__pycache__/d.pyc", *standing.LOCKS):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text("1")
        monkeypatch.setattr(standing, "PROJECT", tmp_path)
        yield tmp_path
        standing.files.cache_clear()

    def digest(self) -> str:
        standing.files.cache_clear()
        return standing.files()

    @pytest.mark.parametrize("name", ["config/a.py", "maps/b.html", "maps/migrations/new.py", *standing.LOCKS])
    def test_what_matters_is_seen(self, project, name):
        before = self.digest()
        assert self.digest() == before
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text("12")
        assert self.digest() != before

    @pytest.mark.parametrize("name", ["maps/node_modules/c.js", "geo/__pycache__/d.pyc"])
    def test_what_is_brought_or_made_is_not(self, project, name):
        before = self.digest()
        (project / name).write_text("12")
        assert self.digest() == before

    def test_settings_are(self, project, monkeypatch):
        before = self.digest()
        monkeypatch.setenv("ALENTOUR_DEMO", "0")
        assert self.digest() != before

    def test_they_are_taken_before_anything_is_loaded_from_them(self, project):
        before = standing.files()
        (project / "config/a.py").write_text("changed while it was loaded")
        assert standing.files() == before


class TestReopening:
    @pytest.fixture(autouse=True)
    def served(self, monkeypatch):
        """What would be served, and that all stands."""
        served = []
        monkeypatch.setattr(standing, "stands", lambda: True)
        monkeypatch.setattr(serving, "serve", lambda *, port: served.append(port) or 3)
        return served

    def test_what_stands_is_served(self, served):
        assert standing.reopen([]) == standing.reopen(["--yes", "--port=8101"]) == 3
        assert served == [8000, 8101]

    def test_it_is_not_where_nobody_wants_that(self, served):
        assert standing.reopen(["--no-serve", "--yes"]) == 0
        assert served == []

    @pytest.mark.parametrize("arguments", [["--port", "x"], ["--port"], ["--help"], ["-v", "2"], ["now"]])
    def test_django_says_what_is_wrong(self, served, arguments):
        assert standing.reopen(arguments) is None
        assert served == []

    def test_django_looks_at_what_does_not_stand(self, served, monkeypatch):
        monkeypatch.setattr(standing, "stands", lambda: False)
        assert standing.reopen(["--no-serve"]) is None

    def test_the_command_takes_the_same_options(self):
        parsers = argparse.ArgumentParser(add_help=False), demo.Command().create_parser("manage.py", "demo")
        standing.add_options(parsers[0])
        given = ["--no-serve", "--port", "81"]
        assert vars(parsers[0].parse_args(given)).items() <= vars(parsers[1].parse_args(given)).items()

    def test_nothing_heavy_is_loaded(self):
        heavy = "{'django', 'psycopg', 'numpy', 'shapely'}"
        code = f"import sys; from config.demonstration import standing; sys.exit(bool({heavy} & set(sys.modules)))"
        assert subprocess.run([sys.executable, "-c", code], cwd=PROJECT).returncode == 0


class TestCommand:
    @pytest.fixture
    def done(self, folder, monkeypatch):
        """Loading that does nothing, and says so."""
        done = []
        monkeypatch.setattr(demo, "call_command", done.append)
        monkeypatch.setattr(demo, "collect_if_changed", lambda: done.append("static"))
        monkeypatch.setattr(demo, "asked_when_done", lambda _steps: QUESTIONS)
        return done

    def test_what_was_loaded_is_remembered(self, done):
        demo.Command().handle(no_serve=True, port=8000)
        assert done == ["load_demo", "static"]
        assert standing.stands()

    def test_a_killed_run_is_not(self, done, remembered, monkeypatch):
        def killed():
            raise KeyboardInterrupt

        monkeypatch.setattr(demo, "collect_if_changed", killed)
        with pytest.raises(KeyboardInterrupt):
            demo.Command().handle(no_serve=True, port=8000)
        assert not standing.stands()

    def test_what_is_still_to_be_done_is_not(self, done, remembered, monkeypatch):
        monkeypatch.setattr(demo, "asked_when_done", lambda _steps: [])
        demo.Command().handle(no_serve=True, port=8000)
        assert not standing.stands()


def step(done) -> Step:
    return Step(fr="", en="", done=done, load=lambda: None)


def again(questions) -> list:
    """What the database answers now, in the transaction of the test."""
    with connection.cursor() as cursor:
        answers = []
        for question in questions:
            cursor.execute(question)
            answers.append(cursor.fetchall())
    return answers


@pytest.mark.django_db
class TestQuestions:
    def test_all_are_noted_when_all_is_done(self):
        asked = asked_when_done([step(lambda: not Listing.objects.exists()), step(are_in_step)])
        assert [question.count("SELECT") for question in asked] == [1, 1]
        assert again(asked)[0] == [] and len(again(asked)[1]) == Category.objects.count()

    def test_none_is_where_one_is_not(self):
        assert asked_when_done([step(are_in_step), step(Listing.objects.exists)]) == []

    def test_none_is_where_one_holds_a_day(self):
        today = date.today()
        assert asked_when_done([step(lambda: not Listing.objects.filter(published_at__date=today).exists())]) == []

    def test_values_are_part_of_them(self):
        with noted() as questions:
            list(Category.objects.filter(code__in=["100% d'ici", "b"], number__gt=3))
        assert again(questions) == [[]]
        assert "100% d''ici" in questions[0]

    def test_a_moment_goes_on_with_the_clock(self):
        OpeningRenewal.objects.create(until=timezone.now())
        asked = asked_when_done([step(lambda: not openings_are_stale())])
        fresh = again(asked)
        OpeningRenewal.objects.update(renewed_at=timezone.now() - STALE_AFTER + timedelta(minutes=1))
        assert again(asked) == fresh
        OpeningRenewal.objects.update(renewed_at=timezone.now() - STALE_AFTER - timedelta(minutes=1))
        assert again(asked) != fresh

    @pytest.mark.parametrize("place", range(len(list(steps()))))
    def test_every_step_asks_what_can_be_asked_again(self, folder, place):
        """Steps of the demonstration look at the database alone, and hold no day."""
        with noted() as questions:
            list(steps())[place].done()
        assert questions
        assert standing.answers(questions) is not None

    def test_tables_and_categories_are_looked_at(self):
        tables, *_ = steps()
        asked = asked_when_done([tables])
        whole = again(asked)
        newest = MigrationRecorder.Migration.objects.filter(app="directory").order_by("name").last()
        newest.delete()
        assert again(asked) != whole
        assert not tables.done()
        newest.save()
        assert tables.done()
        Category.objects.filter(code="bakery").update(icon="other")
        assert again(asked) != whole
        assert not tables.done()
        tables.load()
        assert tables.done()
