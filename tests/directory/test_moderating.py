"""Reports, decisions and appeals: who may report what, who decides, and a log that nobody edits."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.utils import timezone

from directory.appealing import appeal, may_appeal, own_residences
from directory.errors import AlreadyDecided, NotYours
from directory.models import Appeal, Case, Decision, Report, SearchEntry
from directory.moderating import deeds, forget_old_cases
from directory.moderation_models import KEPT
from directory.publishing import publish
from directory.reporting import MOST_REPORTS, report
from geo.errors import InvalidParameter, NotFound
from scopes.models import Level, Openness
from scopes.on_call import on_call
from scopes.viewer import ANONYMOUS
from tests.directory.moderation import (
    CANARY,
    WHY,
    acting,
    cases,
    decided,
    make_disorder,
    reported,
    seen_by,
    stands,
    viewer_for,
)
from tests.neighbours import neighbour

pytestmark = pytest.mark.django_db


@pytest.fixture
def disorder(village):
    return make_disorder(village)


class TestReporting:
    def test_a_passer_by_reports_what_is_public(self, disorder):
        shop = publish(category="bakery", title="Le Fournil", municipality=disorder.village.town)
        case = reported(shop, None, reason="wrong", words="  Fermé\x00 depuis\n\n\n\nun an ")
        assert (case.kind, case.title, case.residence_id, case.author_id) == ("listing", "Le Fournil", None, None)
        one = case.reports.get()
        assert (one.reason, one.words, one.reporter) == ("wrong", "Fermé depuis\n\nun an", "")

    def test_what_one_does_not_see_is_left_alone_like_what_does_not_exist(self, disorder):
        private, elsewhere = disorder.post(), neighbour("Elsa", disorder.village.residences["E"])
        answer = disorder.answer(private, disorder.reader)
        for thing in (private, answer):
            assert reported(thing, None) is reported(thing, elsewhere) is None
        assert report(viewer=ANONYMOUS, public_id=uuid4(), reason="other") is None
        assert cases() == []

    def test_what_is_withdrawn_hidden_or_ones_own_is_left_alone(self, disorder):
        post = disorder.post(level=Level.MUNICIPALITY)
        assert reported(post, disorder.author) is None
        post.withdrawn_at = timezone.now()
        post.save()
        assert reported(post, disorder.reader) is None
        post.withdrawn_at, post.hidden_at = None, timezone.now()
        post.save()
        assert reported(post, disorder.reader) is None

    def test_an_answer_is_reported_by_those_the_post_is_addressed_to(self, disorder):
        post = disorder.post(level=Level.VOISINAGE, openness=Openness.PUBLIC)
        answer = disorder.answer(post, disorder.moderator)
        assert reported(answer, None) is None
        assert reported(answer, neighbour("Elsa", disorder.village.residences["E"])) is None
        case = reported(answer, disorder.reader)
        assert (case.kind, case.text, case.subject) == ("answer", f"{CANARY} réponse", answer.public_id)

    def test_reports_of_one_thing_are_one_case_and_a_person_counts_once(self, disorder):
        post = disorder.post(level=Level.MUNICIPALITY, openness=Openness.PUBLIC)
        found = {reported(post, who).pk for who in (disorder.reader, disorder.reader, disorder.second, None, None)}
        assert len(found) == 1
        case = cases()[0]
        assert case.reports.count() == 4
        assert case.reports.exclude(reporter="").values("reporter").distinct().count() == 2

    def test_nothing_of_a_report_leads_to_who_made_it(self, disorder):
        first, other = disorder.post(), disorder.post(title="autre")
        reported(first, disorder.reader)
        reported(other, disorder.reader)
        with on_call():
            keys = set(Report.objects.values_list("reporter", flat=True))
        assert len(keys) == 2 and {len(key) for key in keys} == {64}
        related = {field.related_model for field in Report._meta.get_fields() if field.is_relation}
        assert {model.__name__ for model in related} == {"Case", "Residence"}

    def test_a_case_takes_no_more_reports_than_anyone_reads(self, disorder):
        shop = publish(category="bakery", title="Le Fournil", municipality=disorder.village.town)
        made = [report(viewer=ANONYMOUS, public_id=shop.public_id, reason="other") for _ in range(MOST_REPORTS + 5)]
        assert [bool(one) for one in made] == [True] * MOST_REPORTS + [False] * 5

    @pytest.mark.parametrize(
        ("columns", "parameter"), [({"reason": "ennui"}, "reason"), ({"words": "a" * 1001}, "words")]
    )
    def test_a_bad_report_is_refused_in_the_same_words_whatever_it_is_of(self, disorder, columns, parameter):
        columns = {"reason": "other"} | columns
        said = set()
        for public_id in (disorder.post().public_id, uuid4()):
            with acting(disorder.reader) as viewer, pytest.raises(InvalidParameter) as refused:
                report(viewer=viewer, public_id=public_id, **columns)
            assert refused.value.parameter == parameter
            said.add(str(refused.value))
        assert len(said) == 1 and cases() == []

    def test_what_was_decided_may_be_reported_again(self, disorder):
        post = disorder.post()
        decided(reported(post, disorder.reader), disorder.moderator, "keep")
        assert reported(post, disorder.second).decisions.count() == 0
        assert len(cases()) == 2


class TestDeciding:
    def test_hidden_is_out_of_sight_for_everyone_and_restored_is_back(self, disorder):
        post = disorder.post(level=Level.MUNICIPALITY, openness=Openness.PUBLIC)
        assert f"{CANARY} mot" in seen_by(None) and SearchEntry.objects.filter(listing=post).exists()
        case = reported(post, None)
        decided(case, disorder.staff)
        assert seen_by(None) == seen_by(disorder.reader) == seen_by(disorder.author) == set()
        assert not SearchEntry.objects.filter(listing=post).exists()
        decided(case, disorder.staff, "restore")
        assert f"{CANARY} mot" in seen_by(None) and SearchEntry.objects.filter(listing=post).exists()

    def test_an_answer_is_hidden_alone(self, disorder):
        post = disorder.post()
        answer = disorder.answer(post, disorder.reader)
        decided(reported(answer, disorder.author), disorder.moderator)
        assert not stands(answer) and stands(post)

    def test_staff_on_call_hide_in_a_residence_without_entering_it(self, disorder):
        post = disorder.post()
        decided(reported(post, disorder.reader), disorder.staff)
        assert not stands(post)
        assert seen_by(disorder.staff) == set()

    def test_a_decision_says_what_for_and_on_what_ground(self, disorder):
        case = reported(disorder.post(), disorder.reader)
        for missing in WHY:
            with pytest.raises(InvalidParameter) as refused:
                decided(case, disorder.moderator, **{missing: " "})
            assert refused.value.parameter == missing
        made = decided(case, disorder.moderator)
        assert (made.ground, made.reason, made.words) == tuple(WHY.values())

    def test_nothing_is_decided_twice(self, disorder):
        case = reported(disorder.post(), disorder.reader)
        decided(case, disorder.moderator, "keep")
        with pytest.raises(AlreadyDecided):
            decided(case, disorder.second)

    def test_nobody_decides_on_their_own_words(self, disorder):
        post = disorder.post(author=disorder.moderator)
        case = reported(post, disorder.reader)
        with pytest.raises(NotYours):
            decided(case, disorder.moderator, "keep")
        assert stands(post)
        decided(case, disorder.second)
        assert not stands(post)


class TestQueue:
    def kept_by(self, who):
        with acting(who) as viewer:
            return set(Case.objects.waiting().of_residences_kept_by(viewer))

    def test_a_residence_is_kept_by_its_settled_moderators(self, disorder):
        case = reported(disorder.post(), disorder.reader)
        other = neighbour("Autre", disorder.village.residences["B"], moderates=True)
        new = neighbour("Neuf", disorder.village.residences["A"], moderates=True, settled=False)
        assert self.kept_by(disorder.moderator) == self.kept_by(disorder.second) == {case}
        assert not any(map(self.kept_by, (other, new, disorder.reader, disorder.author, disorder.staff)))

    def test_nobody_finds_a_report_of_their_own_words(self, disorder):
        reported(disorder.post(author=disorder.moderator), disorder.reader)
        assert self.kept_by(disorder.moderator) == set() and len(self.kept_by(disorder.second)) == 1

    def test_what_is_public_is_not_the_residence_s(self, disorder):
        reported(disorder.post(level=Level.MUNICIPALITY), disorder.reader)
        assert self.kept_by(disorder.moderator) == set() and len(cases()) == 1

    def test_the_oldest_first_with_their_number_and_whether_they_are_contested(self, disorder):
        first, then = reported(disorder.post(), disorder.reader), reported(disorder.post(title="b"), disorder.reader)
        decided(first, disorder.moderator)
        with acting(disorder.author) as viewer:
            appeal(viewer=viewer, case=first.public_id, words="Je ne visais personne.")
        with acting(disorder.second):
            found = Case.objects.waiting().counted()
            assert [(case.pk, case.number_of_reports, case.is_contested) for case in found] == [
                (first.pk, 1, True),
                (then.pk, 1, False),
            ]


class TestAppealing:
    @pytest.fixture
    def post(self, disorder):
        return disorder.post()

    @pytest.fixture
    def hidden(self, disorder, post):
        """A case that the moderator closed by hiding."""
        case = reported(post, disorder.reader)
        decided(case, disorder.moderator)
        return case

    def contest(self, disorder, case, who=None, words="Je ne visais personne."):
        with acting(who or disorder.author) as viewer:
            return appeal(viewer=viewer, case=case.public_id, words=words)

    def test_the_author_contests_once_and_another_moderator_decides(self, disorder, post, hidden):
        made = self.contest(disorder, hidden)
        with pytest.raises(AlreadyDecided):
            self.contest(disorder, hidden)
        with pytest.raises(NotYours):
            decided(hidden, disorder.moderator, "restore")
        answer = decided(hidden, disorder.second, "restore")
        assert answer.appeal == made and stands(post)

    def test_what_stays_hidden_says_why_and_is_not_contested_again(self, disorder, post, hidden):
        self.contest(disorder, hidden)
        with pytest.raises(InvalidParameter) as refused:
            decided(hidden, disorder.second, "uphold")
        assert refused.value.parameter == "words"
        decided(hidden, disorder.second, "uphold", words="Le nom y est.")
        assert not stands(post)
        with pytest.raises(AlreadyDecided):
            self.contest(disorder, hidden)

    def test_staff_answer_where_a_residence_has_one_moderator(self, disorder, post, hidden):
        self.contest(disorder, hidden)
        decided(hidden, disorder.staff, "restore")
        assert stands(post)

    def test_nobody_contests_for_another_nor_what_stands(self, disorder, hidden):
        for who in (disorder.reader, disorder.second, disorder.staff):
            with pytest.raises(NotFound):
                self.contest(disorder, hidden, who=who)
        waiting = reported(disorder.post(title="b"), disorder.reader)
        with pytest.raises(NotFound):
            self.contest(disorder, waiting)
        decided(waiting, disorder.moderator, "keep")
        with pytest.raises(NotFound):
            self.contest(disorder, waiting)
        assert not any(map(may_appeal, cases()[1:]))

    def test_who_has_left_still_reads_and_contests(self, disorder, hidden):
        disorder.author.ended_at = timezone.now()
        disorder.author.save()
        viewer = viewer_for(disorder.author)
        assert viewer.homes == ()
        with own_residences(viewer):
            assert Case.objects.of(viewer).get() == hidden
        assert self.contest(disorder, hidden).decision.case_id == hidden.pk

    def test_what_may_be_decided_follows_the_case(self, disorder, hidden):
        def now():
            with on_call():
                return deeds(Case.objects.get(pk=hidden.pk))

        assert now() == ("restore",)
        self.contest(disorder, hidden)
        assert now() == ("restore", "uphold")
        decided(hidden, disorder.second, "restore")
        assert now() == ()

    def test_an_empty_appeal_is_refused(self, disorder, hidden):
        with pytest.raises(InvalidParameter):
            self.contest(disorder, hidden, words=" \n ")


@pytest.mark.privacy
class TestLocks:
    """What PostgreSQL refuses by itself, as the serving role that owns nothing."""

    @pytest.fixture
    def log(self, disorder):
        """A decision and an appeal of a residence."""
        case = reported(disorder.post(), disorder.reader)
        decision = decided(case, disorder.moderator)
        with acting(disorder.author) as viewer:
            return decision, appeal(viewer=viewer, case=case.public_id, words="Je ne visais personne.")

    @staticmethod
    def as_serving_role(statement, *, door=False):
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('alentour.on_call', %s, true)", ["yes" if door else ""])
            cursor.execute("SELECT set_config('alentour.residences', '', true)")
            cursor.execute("SET LOCAL ROLE alentour_app")
            try:
                cursor.execute(statement)
                return cursor.fetchall() if cursor.description else cursor.rowcount
            finally:
                if not connection.needs_rollback and connection.connection.info.transaction_status.name == "INTRANS":
                    cursor.execute("RESET ROLE")

    @pytest.mark.parametrize("table", ["directory_decision", "directory_appeal"])
    @pytest.mark.parametrize("deed", ["UPDATE {} SET words = 'autre chose'", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
    def test_the_serving_role_cannot_edit_the_log(self, log, table, deed):
        with pytest.raises(ProgrammingError, match="permission denied"):
            self.as_serving_role(deed.format(table), door=True)

    @pytest.mark.parametrize("table", ["directory_decision", "directory_appeal"])
    @pytest.mark.parametrize("deed", ["UPDATE {} SET words = 'autre chose'", "DELETE FROM {}"])
    def test_nor_does_the_owner(self, log, table, deed):
        with on_call(), pytest.raises(ProgrammingError, match="append-only"), transaction.atomic():
            connection.cursor().execute(deed.format(table))
        with on_call():
            assert Decision.objects.get().words == WHY["words"] and Appeal.objects.get().words

    @pytest.mark.parametrize("table", ["case", "report", "decision", "appeal"])
    def test_nothing_of_a_residence_is_seen_unless_it_is_opened_or_one_is_on_call(self, log, table):
        statement = f"SELECT count(*) FROM directory_{table}"
        assert self.as_serving_role(statement) == [(0,)]
        assert self.as_serving_role(statement, door=True) == [(1,)]

    @pytest.mark.parametrize("table", ["listing", "post", "answer"])
    def test_on_call_opens_nothing_but_what_was_reported(self, disorder, table):
        disorder.answer(disorder.post(), disorder.reader)
        assert self.as_serving_role(f"SELECT count(*) FROM directory_{table}", door=True) == [(0,)]

    def test_the_door_closes_behind_and_when_something_fails(self, log):
        with pytest.raises(RuntimeError), on_call():
            assert Case.objects.exists()
            raise RuntimeError
        assert not Case.objects.exists()
        with on_call():
            pass
        assert not Case.objects.exists()

    def test_a_constraint_keeps_what_is_hidden_from_being_hidden_without_words(self, log):
        with on_call(), pytest.raises(IntegrityError, match="hidden_with_a_reason"), transaction.atomic():
            Decision.objects.create(case=log[0].case, deed="hide", moderator="x")


def test_old_cases_are_forgotten_whole_and_no_others(disorder):
    old, young = (reported(disorder.post(title=title), disorder.reader) for title in "ab")
    long_ago = timezone.now() - KEPT - timedelta(days=1)
    for case in (old, young):
        decided(case, disorder.moderator)
        with acting(disorder.author) as viewer:
            appeal(viewer=viewer, case=case.public_id, words="Je ne visais personne.")
        decided(case, disorder.second, "restore")
    with on_call(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE directory_decision DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE directory_appeal DISABLE TRIGGER USER")
        Case.objects.filter(pk=old.pk).update(closed_at=long_ago, opened_at=long_ago)
        Decision.objects.filter(case=old).update(decided_at=long_ago)
        Appeal.objects.filter(decision__case=old).update(made_at=long_ago)
        cursor.execute("ALTER TABLE directory_decision ENABLE TRIGGER USER")
        cursor.execute("ALTER TABLE directory_appeal ENABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute("SET LOCAL ROLE alentour_app")
        assert forget_old_cases() == 1
        cursor.execute("RESET ROLE")
    assert cases() == [young]
    with on_call():
        assert (Decision.objects.count(), Appeal.objects.count(), Report.objects.count()) == (2, 1, 1)
