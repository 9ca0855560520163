"""What the town hall, the circle and the volunteer are never told: they read what all read, as late as all."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from directory import introducing, trusting, volunteering
from directory.models import HelpWanted, NotAgain, Trusted
from directory.tasks import forget_ended_helps
from geo.errors import NotFound
from scopes.models import Account, OutgoingMail
from scopes.muting import mute
from scopes.rights.erasing import erase
from tests.directory.helping import helps_of, invites, trusts
from tests.directory.introduced import (
    accepts,
    answers,
    asked_of,
    declines,
    introduced,
    listed,
    next_monday,
    proposes,
    seen,
    shown_to,
    takes_out,
    wants,
)
from tests.directory.speaking import looking
from tests.jobs import run_jobs
from tests.neighbours import person
from tests.scopes.entering import later

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]
State = HelpWanted.State


class TestInSilence:
    """Whom the circle knows or declined is not shown to it; the town hall reads the same."""

    def falls_silent(self, help_, town, place, asked) -> None:
        OutgoingMail.objects.all().delete()
        with next_monday():
            proposes(*town, asked, place)
            assert shown_to(help_) == (State.WAITING, "") and seen(town) == []
            assert not OutgoingMail.objects.exists()

    @pytest.mark.parametrize("weeks", range(introducing.WEEKS_TO_ASK_AGAIN))
    def test_who_is_there_already_and_the_request_comes_back_as_people_ask_again(
        self, jeanne, anna, town, place, help_, weeks
    ):
        trusts(jeanne, help_, anna)
        asked = wants(jeanne, help_)
        with patch("directory.introducing.secrets.randbelow", return_value=weeks):
            self.falls_silent(help_, town, place, asked)
        with next_monday(weeks=1 + weeks):
            assert seen(town) == []
        with next_monday(weeks=2 + weeks):
            (again,) = seen(town)
            assert again.public_id != asked.public_id and again.kind == asked.kind

    def test_whom_the_circle_declined_lately(self, jeanne, town, place, help_):
        asked = wants(jeanne, help_)
        with next_monday():
            proposes(*town, asked, place)
            declines(jeanne, asked)
            again = wants(jeanne, help_)
        with next_monday(weeks=2):
            proposes(*town, again, place)
            assert shown_to(help_) == (State.WAITING, "") and seen(town) == []

    def test_nor_under_another_name_after_they_left_the_list(self, jeanne, anna, town, place, help_):
        asked = wants(jeanne, help_)
        with next_monday():
            proposes(*town, asked, place)
            declines(jeanne, asked)
            volunteering.remove(account=town[0], handle=town[1].handle, volunteer=place.public_id)
            other = listed(*town, anna, "Nana")
            again = wants(jeanne, help_)
        with next_monday(weeks=2):
            proposes(*town, again, other)
            assert shown_to(help_) == (State.WAITING, "")

    def test_whom_a_keeper_took_out(self, jeanne, anna, town, place, help_):
        introduced(jeanne, help_, *town, place)
        takes_out(jeanne, help_, anna)
        self.falls_silent(help_, town, place, wants(jeanne, help_))

    def test_after_ninety_days_they_are_shown_again_and_an_erased_account_is_forgotten(
        self, jeanne, anna, town, place, help_
    ):
        trusts(jeanne, help_, anna)
        takes_out(jeanne, help_, anna)
        assert str(anna.account_id) not in {one.digest for one in NotAgain.objects.all()}
        with later(timedelta(days=89)):
            forget_ended_helps.func(0)
            assert NotAgain.objects.of(anna.account_id).exists()
        with later(timedelta(days=90)):
            assert not NotAgain.objects.of(anna.account_id).exists()
        erase(account=anna.account)
        assert not NotAgain.objects.exists()

    def test_an_invitation_that_is_taken_back_is_nobody(self, jeanne, help_):
        invites(jeanne, help_, "Olga")
        with looking(jeanne) as viewer:
            open_one = help_.circle.get(accepted_at=None)
            trusting.remove(viewer=viewer, public_id=help_.public_id, trusted=open_one.public_id)
        assert not NotAgain.objects.exists()


class TestWhoReadOneAnotherNoMore:
    """They are shown as anyone is; after the yes of who keeps the circle the volunteer "cannot", and knows nothing."""

    def mutes(self, someone, other) -> None:
        with looking(someone) as viewer:
            mute(viewer=viewer, alias=other.alias)

    def cannot(self, jeanne, anna, town, place, help_, *, between=lambda: None) -> None:
        asked = wants(jeanne, help_)
        with next_monday() as now:
            proposes(*town, asked, place)
            assert shown_to(help_) == (State.PROPOSED, "Anna")
            between()
            OutgoingMail.objects.all().delete()
            accepts(jeanne, asked)
            accepts(jeanne, asked)
            assert shown_to(help_) == (State.INVITED, "Anna"), "as who must still answer"
            assert asked_of(anna) == [] and not OutgoingMail.objects.exists()
            with pytest.raises(NotFound):
                answers(anna, asked)
            assert "let_go" not in run_jobs(due_by=now + timedelta(hours=9)), "not at once"
        (due,) = ProcrastinateJob.objects.filter(task_name="let_go").values_list("scheduled_at", flat=True)
        assert 8 <= timezone.localtime(due).hour < 21 and due <= now + timedelta(days=6), "as people answer"
        with later(due - timezone.now()):
            app.tasks["let_go"].func(wanted_id=asked.pk)
            app.tasks["let_go"].func(wanted_id=asked.pk)
            assert shown_to(help_) == (State.UNAVAILABLE, "Anna") and asked_of(anna) == []
            assert [one.to for one in OutgoingMail.objects.all()] == [jeanne.account.email], "as of any answer"

    def test_whom_one_reads_no_more(self, jeanne, anna, town, place, help_):
        self.mutes(jeanne, anna)
        self.cannot(jeanne, anna, town, place, help_)

    def test_who_reads_one_no_more(self, jeanne, anna, town, place, help_):
        self.mutes(anna, jeanne)
        self.cannot(jeanne, anna, town, place, help_)

    def test_since_they_were_shown(self, jeanne, anna, town, place, help_):
        self.cannot(jeanne, anna, town, place, help_, between=lambda: self.mutes(jeanne, anna))

    def test_nor_whose_account_was_closed_since(self, jeanne, anna, town, place, help_):
        closed = Account.objects.filter(pk=anna.account_id)
        self.cannot(jeanne, anna, town, place, help_, between=lambda: closed.update(is_active=False))

    def test_whom_anyone_else_who_keeps_the_circle_reads_no_more(self, jeanne, anna, town, place, help_):
        claire = person("Claire")
        trusts(jeanne, help_, claire, Trusted.Part.HELPER)
        self.mutes(claire, anna)
        asked = wants(jeanne, help_)
        with next_monday():
            proposes(*town, asked, place)
            accepts(jeanne, asked)
            assert asked_of(anna) == [] and shown_to(help_) == (State.INVITED, "Anna")

    def test_the_yes_is_taken_back_and_nothing_follows(self, jeanne, anna, town, place, help_):
        self.mutes(jeanne, anna)
        asked = wants(jeanne, help_)
        with next_monday():
            proposes(*town, asked, place)
            accepts(jeanne, asked)
            declines(jeanne, asked)
            app.tasks["let_go"].func(wanted_id=asked.pk)
            assert shown_to(help_) == ("", "")

    def test_who_asked_is_erased_and_nothing_follows(self, jeanne, anna, town, place, help_):
        self.mutes(jeanne, anna)
        asked = wants(jeanne, help_)
        with next_monday():
            proposes(*town, asked, place)
            accepts(jeanne, asked)
            erase(account=jeanne.account)
            OutgoingMail.objects.all().delete()
            app.tasks["let_go"].func(wanted_id=asked.pk)
            assert not OutgoingMail.objects.exists()

    def test_since_they_were_asked_a_yes_is_as_late_as_one_that_was_taken_back(self, jeanne, anna, town, place, help_):
        asked = wants(jeanne, help_)
        with next_monday():
            proposes(*town, asked, place)
            accepts(jeanne, asked)
            self.mutes(jeanne, anna)
            for comes in (True, True, False):
                with pytest.raises(NotFound):
                    answers(anna, asked, comes=comes)
            assert shown_to(help_) == (State.UNAVAILABLE, "Anna") and helps_of(anna) == []
