"""A public notice that is hidden: the staff decide, nobody more is told, its sender learns why and contests."""

import pytest
from django.core import mail
from django.urls import reverse

from directory.announcing import tell_of
from directory.appealing import appeal
from directory.categories import sync_categories
from directory.errors import NotYours
from directory.models import Case, Decision, Listing, Notice
from directory.moderating import decide
from directory.reporting import report
from geo.errors import NotFound
from scopes import second_lock
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
from tests.scopes.village import make_village
from tests.still import still_page

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]

WHY = {"ground": "law", "reason": "wrong", "words": "Aucune coupure n’est prévue."}


@pytest.fixture
def village():
    sync_categories()
    return make_village()


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


def test_of_what_it_said_in_a_residence_it_is_told_nothing(village, sam):
    gil, home = person("Gil"), village.residences["A"]
    mailing = send(gil, in_force(gil, [home]), [home])
    ana = neighbour("Ana", home)
    with later(SOON), second_lock.opened([home.pk]):
        subject = Notice.objects.get(mailing=mailing).public_id
        assert report(viewer=viewer_of(ana.account_id), public_id=subject, reason="wrong")
    with later(SOON), on_call():
        case = Case.objects.get()
        assert case.organisation is None and case.residence_id == home.pk
        decide(viewer=viewer_of(sam.pk), case=case, deed="hide", **WHY)
    assert not OutgoingMail.objects.filter(template="notice_decision").exists()
