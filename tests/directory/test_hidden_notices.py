"""A notice that is hidden: someone decides, nobody more is told, its sender learns why and contests."""

import pytest
from django.core import mail
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from directory.announcing import still_told, tell_of
from directory.appealing import appeal
from directory.errors import NotYours
from directory.models import Case, Decision, Listing, Notice
from directory.moderating import decide
from directory.notice_kinds import Means, NoticeKind
from directory.reaching_models import NoticeChoice
from directory.reporting import report
from geo.errors import NotFound
from geo.models import Residence
from scopes import mass_mail, second_lock
from scopes.models import Acting, MassMessage, MessageCopy, OutgoingMail
from scopes.on_call import on_call
from scopes.sending import deliver
from scopes.viewer import ANONYMOUS
from scopes.viewing import viewer_of
from tests.directory.browsing import browser
from tests.directory.mandated import send, tell
from tests.directory.test_notifying import SOON
from tests.directory.voting import ask_under
from tests.neighbours import neighbour, person
from tests.scopes.entering import later
from tests.scopes.mandates import in_force, over_area, town_hall
from tests.still import still_page

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]

WHY = {"ground": "law", "reason": "wrong", "words": "Aucune coupure n’est prévue."}


@pytest.fixture
def mayor():
    return person("Odile")


@pytest.fixture
def town(village, mayor):
    return over_area(mayor, town_hall(mayor, village.town), municipality=village.town)


@pytest.fixture
def sam():
    return person("Sam", is_staff=True)


def case_of(mailing, *, by=ANONYMOUS) -> Case:
    """What a reader of the notice has reported."""
    with later(SOON):
        subject = Listing.objects.get(notice__mailing=mailing).public_id
        assert report(viewer=by, public_id=subject, reason="wrong", words="Ce n’est pas vrai.")
        return Case.objects.get(subject=subject)


def hide(case: Case, staff) -> Decision:
    with later(SOON), on_call():
        return decide(viewer=viewer_of(staff.pk), case=case, deed="hide", **WHY)


def waiting() -> int:
    """Copies that will still be handed over."""
    return MessageCopy.objects.filter(sent_at=None, message__called_off_at=None).count()


def test_from_the_report_to_the_appeal_by_the_pages(village, mayor, town, sam):
    neighbour("Ana", village.residences["A"])
    mailing = tell(mayor, town, "all")
    case = case_of(mailing)
    with later(SOON):
        tell_of(mailing.pk)
        assert waiting() == 1
        duty = browser(sam, two_factors=True)
        assert case.title in still_page(duty.get(reverse("on-call")))
        page = reverse("on-call-case", args=[case.public_id])
        assert duty.post(page, {"deed": "hide", **WHY}).status_code == 302
        assert waiting() == 0
        subject = reverse("notice", args=[case.subject])
        assert browser(None).get(subject).status_code == 404
        (sent,) = OutgoingMail.objects.filter(template="notice_decision")
        assert sent.to == mayor.email
        deliver(sent.pk)
        assert "Mairie d’Enfilade" in mail.outbox[-1].body and "coupure" not in mail.outbox[-1].body
        office, told = browser(mayor, two_factors=True), reverse("decision", args=[case.public_id])
        assert office.get(subject).headers["Location"] == told
        read = still_page(office.get(told))
        assert WHY["words"] in read and "Contester" in read and "Ce n’est pas vrai" not in read
        assert office.post(told, {"words": "Elle est prévue, voyez l’arrêté."}).status_code == 302
        assert Case.objects.waiting().get() == case


def test_another_of_the_staff_puts_it_back(village, mayor, town, sam):
    case = case_of(tell(mayor, town, "all"))
    hide(case, sam)
    appeal(viewer=viewer_of(mayor.pk), case=case.public_id, words="Elle est prévue.")
    with later(SOON), on_call():
        with pytest.raises(NotYours):
            decide(viewer=viewer_of(sam.pk), case=case, deed="restore")
        decide(viewer=viewer_of(person("Eve", is_staff=True).pk), case=case, deed="restore")
        assert Listing.objects.get(public_id=case.subject).hidden_at is None
    assert OutgoingMail.objects.filter(template="notice_decision").count() == 2


def test_what_was_hidden_before_anybody_was_told_is_told_to_nobody(village, mayor, town, sam):
    neighbour("Ana", village.residences["A"])
    mailing = tell(mayor, town, "all")
    hide(case_of(mailing), sam)
    with later(SOON):
        tell_of(mailing.pk)
    assert not MassMessage.objects.filter(template="notice").exists()


def test_who_writes_for_it_or_acts_for_another_contests_nothing(village, mayor, town, sam):
    case = case_of(tell(mayor, town, "all"))
    hide(case, sam)
    writer = person("Rédac")
    Acting.objects.create(account=writer, organisation=town.organisation, role=Acting.Role.WRITER)
    for other in (writer, person("Zoé"), sam):
        with pytest.raises(NotFound):
            appeal(viewer=viewer_of(other.pk), case=case.public_id, words="Moi aussi.")
        assert browser(other).get(reverse("decision", args=[case.public_id])).status_code == 404


def test_nobody_judges_what_the_own_organisation_said(village, mayor, town):
    case = case_of(tell(mayor, town, "all"))
    type(mayor).objects.filter(pk=mayor.pk).update(is_staff=True)
    mayor.refresh_from_db()
    assert case not in Case.objects.not_of(viewer_of(mayor.pk))
    with on_call(), pytest.raises(NotYours):
        decide(viewer=viewer_of(mayor.pk), case=case, deed="hide", **WHY)


def test_a_public_poll_is_the_organisations_too(village, mayor, town, sam):
    mailing = ask_under(mayor, town, "all")
    with later(SOON):
        subject = Listing.objects.get(poll__mailing=mailing).public_id
        report(viewer=ANONYMOUS, public_id=subject, reason="other")
        assert Case.objects.get().organisation == town.organisation


class TestInsideOneResidence:
    """Hidden there, it stands elsewhere; its sender learns what and why, and never where."""

    @pytest.fixture
    def gil(self):
        return person("Gil")

    @pytest.fixture
    def homes(self, village):
        return [village.residences["A"], village.residences["B"]]

    @pytest.fixture
    def mandate(self, gil, homes):
        return in_force(gil, homes)

    @pytest.fixture
    def mailing(self, gil, mandate, homes):
        return send(gil, mandate, homes)

    @pytest.fixture
    def ana(self, homes):
        return neighbour("Ana", homes[0])

    def test_nobody_there_is_told_any_more_and_all_others_are(self, mailing, homes, ana, sam):
        zoe, both = neighbour("Zoé", homes[1]), neighbour("Léa", homes[0])
        neighbour("Léa", homes[1], account=both.account)
        with later(SOON):
            tell_of(mailing.pk)
            MessageCopy.objects.update(due_at=timezone.now())  # whatever the hour at which this runs
            MessageCopy.objects.filter(account=ana.account).update(means=MessageCopy.Means.PUSH)
        hide(case_inside(mailing, ana), sam)
        left = MessageCopy.objects.waiting().values_list("account", flat=True)
        assert set(left) == {zoe.account_id, both.account_id}
        with later(SOON):
            mass_mail.deliver(MassMessage.objects.get(template="notice").pk, 1)
        told = [to for sent in mail.outbox for to in sent.to]
        assert sorted(told) == sorted([zoe.account.email, both.account.email])

    def test_what_was_hidden_before_anybody_was_told_is_told_elsewhere_alone(self, mailing, homes, ana, sam):
        zoe = neighbour("Zoé", homes[1])
        hide(case_inside(mailing, ana), sam)
        with later(SOON):
            tell_of(mailing.pk)
            message = MassMessage.objects.get(template="notice")
            assert [copy.account for copy in message.copies.all()] == [zoe.account]
            assert still_told(message, [ana.account_id, zoe.account_id]) == {zoe.account_id}

    def test_a_poll_too(self, gil, mandate, homes, ana, sam):
        asked = ask_under(gil, mandate, "residences", residences=homes[0].key)
        for member in (ana, zoe := neighbour("Zoé", homes[0])):
            NoticeChoice.objects.create(account=member.account, kind=NoticeKind.POLL, means=Means.MAIL)
        with later(SOON):
            tell_of(asked.pk)
            assert waiting() == 2
        hide(case_inside(asked, zoe), sam)
        assert not MessageCopy.objects.waiting().exists()

    def test_its_sender_reads_why_and_not_where(self, gil, mailing, homes, ana, sam):
        Residence.objects.filter(pk=homes[0].pk).update(name="Les Acacias")
        case = case_inside(mailing, ana)
        hide(case, sam)
        (sent,) = OutgoingMail.objects.filter(template="notice_decision")
        assert sent.to == gil.email and sent.values.keys() == {"case", "organisation"}
        office, told = browser(gil, two_factors=True), reverse("decision", args=[case.public_id])
        read = still_page(office.get(told))
        assert WHY["words"] in read and "Coupure d’eau" in read and "une seule des résidences" in read
        for where in (read, still_page(office.get(reverse("decisions")))):
            assert "Acacias" not in where and "Ce n’est pas vrai" not in where
            assert not any(home.key in where for home in homes)
        for other in (person("Zoé"), neighbour("Bob", homes[0]).account):
            assert browser(other).get(told).status_code == 404

    def test_nothing_else_that_its_sender_reads_changes(self, gil, mailing, ana, sam):
        office = browser(gil, two_factors=True)
        pages = (reverse("notice-desk"), reverse("mailing", args=[mailing.handle]))
        case = case_inside(mailing, ana)
        with later(SOON):
            before = [still_page(office.get(page)) for page in pages]
        assert all("Coupure d’eau" in page for page in before)
        hide(case, sam)
        with later(SOON):
            assert [still_page(office.get(page)) for page in pages] == before

    def test_it_is_contested_and_another_decides(self, gil, mailing, homes, ana, sam):
        case = case_inside(mailing, ana)
        hide(case, sam)
        appeal(viewer=viewer_of(gil.pk), case=case.public_id, words="Le plombier a confirmé.")
        with later(SOON), on_call():
            decide(viewer=viewer_of(person("Eve", is_staff=True).pk), case=case, deed="restore")
        with second_lock.opened([homes[0].pk]):
            assert Notice.objects.get(mailing=mailing, residence=homes[0]).hidden_at is None

    def test_a_moderator_of_the_house_who_acts_for_the_sender_judges_nothing(self, gil, mailing, homes, ana):
        own = neighbour("Gil", homes[0], account=gil, moderates=True)
        other = neighbour("Max", homes[0], moderates=True)
        case = case_inside(mailing, ana)
        with second_lock.opened([homes[0].pk]):
            kept = Case.objects.of_residences_kept_by
            assert case not in kept(viewer_of(own.account_id)) and case in kept(viewer_of(other.account_id))
            with pytest.raises(NotYours):
                decide(viewer=viewer_of(gil.pk), case=case, deed="hide", **WHY)


def case_inside(mailing, member) -> Case:
    """What someone who lives there reports of a mailing."""
    with later(SOON), second_lock.opened([member.residence_id]):
        said = Listing.objects.filter(Q(notice__mailing=mailing) | Q(poll__mailing=mailing))
        subject = said.get(residence=member.residence_id).public_id
        assert report(
            viewer=viewer_of(member.account_id), public_id=subject, reason="wrong", words="Ce n’est pas vrai."
        )
    with later(SOON), on_call():
        return Case.objects.get(subject=subject)
