"""Laws of moderation: whatever people do in whatever order, and however many at once."""

import threading
from contextlib import suppress

import pytest
from django.db import close_old_connections, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from directory.appealing import appeal
from directory.errors import AlreadyDecided, NotYours
from directory.models import Appeal, Case, Decision, Report
from directory.moderating import decide
from directory.reporting import report
from geo.errors import NotFound
from scopes.models import Account, Membership
from scopes.on_call import on_call
from scopes.viewing import viewer_of
from tests.directory.moderation import acting, decided, make_disorder, reported, stands
from tests.scopes.village import make_village

DEEDS = ("hide", "keep", "restore", "uphold")
WHO = ("author", "reader", "moderator", "second", "staff")
steps = st.lists(st.tuples(st.sampled_from(("report", "appeal", *DEEDS)), st.sampled_from(WHO)), max_size=14)


def tried(disorder, thing, deed: str, who: str) -> None:
    """Try one deed on whatever case there is, as anyone; a refusal is an answer too."""
    actor: Membership | Account = getattr(disorder, who)
    if deed == "report":
        reported(thing, actor)
        return
    with on_call():
        case = Case.objects.filter(subject=thing.public_id).last()
    if case is None:
        return
    with suppress(AlreadyDecided, NotYours, NotFound):
        if deed == "appeal":
            with acting(actor) as viewer:
                appeal(viewer=viewer, case=case.public_id, words="Non.")
        else:
            decided(case, actor, deed, **({"words": "Voilà."} if deed == "uphold" else {}))


@pytest.mark.django_db
class TestWhateverHappens:
    @pytest.fixture
    def disorder(self):
        return make_disorder(make_village())

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(steps=steps)
    def test_the_log_tells_the_truth(self, disorder, steps):
        with transaction.atomic():
            post = disorder.post()
            lines = 0
            for deed, who in steps:
                tried(disorder, post, deed, who)
                with on_call():
                    log = list(Decision.objects.select_related("case", "appeal").order_by("pk"))
                assert len(log) in (lines, lines + 1)
                lines = len(log)
                assert stands(post) is not (bool(log) and self.latest_restriction(log) in ("hide", "uphold"))
            self.check(disorder, log=list(self.whole_log()))
            transaction.set_rollback(True)

    @staticmethod
    def whole_log():
        with on_call():
            return list(Decision.objects.select_related("case", "appeal__decision").order_by("pk"))

    @staticmethod
    def latest_restriction(log) -> str:
        """What the log last said about seeing: leaving something in place changes nothing."""
        return next((line.deed for line in reversed(log) if line.deed != "keep"), "")

    @staticmethod
    def check(disorder, *, log) -> None:
        by_case: dict[int, list[Decision]] = {}
        for line in log:
            by_case.setdefault(line.case_id, []).append(line)
        for lines in by_case.values():
            assert [line.deed for line in lines].count("hide") <= 1
            answered = [line for line in lines if line.appeal is not None]
            assert len(answered) <= 1
            for line in answered:
                before = lines[: lines.index(line)]
                assert line.moderator not in {earlier.moderator for earlier in before}
                assert line.deed in ("restore", "uphold")
        with on_call():
            assert Case.objects.filter(closed_at=None).count() <= 1
            assert Appeal.objects.count() <= len(by_case)
            assert not Report.objects.filter(case__author=None).exists()

    def test_the_author_is_never_among_those_who_decided(self, disorder):
        """The moderator wrote it: whatever they try, only others decide."""
        post = disorder.post(author=disorder.moderator)
        reported(post, disorder.reader)
        for deed in DEEDS:
            tried(disorder, post, deed, "moderator")
        assert self.whole_log() == []


def at_once(*deeds) -> list:
    """Run these together, each on a connection of its own; return what each answered or raised."""
    answers, gate = [None] * len(deeds), threading.Barrier(len(deeds))

    def run(number: int) -> None:
        try:
            gate.wait(timeout=10)
            answers[number] = deeds[number]()
        except Exception as error:
            answers[number] = error
        finally:
            close_old_connections()
            connection.close()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(deeds))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return answers


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.fixture
    def disorder(self, transactional_db):
        from django.apps import apps

        from directory.categories import sync_categories

        sync_categories(sender=apps.get_app_config("directory"))
        return make_disorder(make_village())

    @staticmethod
    def report(post, who):
        def deed():
            viewer = viewer_of(who.account_id)
            with acting(who):
                return report(viewer=viewer, public_id=post.public_id, reason="other")

        return deed

    def test_two_who_report_meet_in_one_case(self, disorder):
        post = disorder.post()
        made = at_once(*(self.report(post, who) for who in (disorder.reader, disorder.second, disorder.moderator)))
        assert {type(one) for one in made} == {Report}
        with on_call():
            assert Case.objects.count() == 1 and Report.objects.count() == 3

    def test_the_same_person_pressing_twice_reports_once(self, disorder):
        post = disorder.post()
        assert {type(one) for one in at_once(*[self.report(post, disorder.reader)] * 3)} == {Report}
        with on_call():
            assert Report.objects.count() == 1

    def test_of_two_who_decide_one_is_told(self, disorder):
        case = reported(disorder.post(), disorder.reader)

        def deciding(who, deed, **columns):
            def decision():
                with acting(who) as viewer:
                    return decide(viewer=viewer, case=case, deed=deed, **columns)

            return decision

        hide = {"ground": "rules", "reason": "other", "words": "Non."}
        answers = at_once(deciding(disorder.moderator, "hide", **hide), deciding(disorder.second, "keep"))
        assert {type(answer) for answer in answers} == {Decision, AlreadyDecided}
        with on_call():
            assert Decision.objects.count() == 1
