"""How notices reach a person: chosen for each kind, and silenced for each sender, without the sender learning of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from directory.digests import TEMPLATE as DIGEST
from directory.follows import pause_mails_of
from directory.models import Mailing, NoticeChoice, SenderMute
from directory.notice_kinds import Means, NoticeKind, kind_of, kind_of_template
from directory.notice_templates import ASKING, TEMPLATES, Template, template_of
from geo.errors import InvalidParameter, NotFound
from scopes.homes import Membership
from scopes.mass_mail import copy_stopped_by
from scopes.models import Account, MessageCopy, Organisation, PushSubscription
from scopes.organisations.mandating import who_may_write_to_home
from scopes.viewer import Viewer

#: Name of the text that says that a message waits (`directory.message_telling`).
MESSAGE = "message"
#: Name of the text that says that remarks wait (`directory.telling_remarks`).
REMARKS = "remarks"
_KINDS = {MESSAGE: NoticeKind.MESSAGE, REMARKS: NoticeKind.REMARK}


def choices_of(account_id: int) -> dict[NoticeKind, Means]:
    """How each kind reaches a person."""
    chosen = dict(NoticeChoice.objects.filter(account=account_id).values_list("kind", "means"))
    return {kind: Means(chosen.get(kind, kind.by_itself)) for kind in NoticeKind}


def means_to(account_id: int, kind: NoticeKind) -> MessageCopy.Means | None:
    """By what means one kind reaches a person now; nothing where they read it on the site, or have no address."""
    return means_to_each([account_id], kind).get(account_id)


def means_to_each(accounts: Collection[int], kind: NoticeKind) -> dict[int, MessageCopy.Means]:
    """By what means one kind reaches each of these people now, without those whom it does not."""
    choice = NoticeChoice.objects.filter(account=OuterRef("pk"), kind=kind).values("means")
    people = Account.objects.filter(pk__in=accounts).annotate(
        wished=Coalesce(Subquery(choice), Value(kind.by_itself)),
        has_browser=Exists(PushSubscription.objects.filter(account=OuterRef("pk"))),
    )
    means = {}
    for account, wished, has_browser, email in people.values_list("pk", "wished", "has_browser", "email"):
        if wished == Means.PUSH and has_browser:
            means[account] = MessageCopy.Means.PUSH
        elif wished != Means.PAGE and email is not None:
            means[account] = MessageCopy.Means.MAIL
    return means


def concerned_by(account: Account) -> list[NoticeKind]:
    """The kinds that may reach a person: remarks come to who acts for an organisation, or runs the site."""
    acts = account.is_staff or account.actings.filter(ended_at=None).exists()
    return [kind for kind in NoticeKind if acts or kind != NoticeKind.REMARK]


@transaction.atomic
def choose(*, account_id: int, choices: Mapping[str, str]) -> None:
    """Choose how kinds reach a person; raise `InvalidParameter` for what is not offered, and change nothing."""
    for kind in NoticeKind:
        if kind not in choices:
            continue
        if choices[kind] not in kind.choices_offered:
            raise InvalidParameter(kind, _("Choisissez dans la liste."))
        NoticeChoice.objects.update_or_create(account_id=account_id, kind=kind, defaults={"means": choices[kind]})


def stop_by(token: str) -> None:
    """Send no more mail of a kind to whoever got the mail with this token; an unknown one changes nothing.

    Notifications of that kind stop with it: a person has one means for each, and mail is what a push falls back on.
    """
    copy = copy_stopped_by(token)
    if copy and copy.message.template in _KINDS:
        choose(account_id=copy.account_id, choices={_KINDS[copy.message.template]: Means.PAGE})
        return
    if copy and copy.message.template == DIGEST:
        pause_mails_of(copy.account_id)
        return
    mailing = copy and Mailing.objects.filter(announcement__message=copy.message_id).first()
    if mailing is None or Means.PAGE not in kind_of(mailing).choices_offered:
        return
    choose(account_id=copy.account_id, choices={kind_of(mailing): Means.PAGE})


def silenceable() -> list[Template]:
    """Templates that a sender may be silenced for: all but safety; polls too."""
    return [*(one for code, one in TEMPLATES.items() if kind_of_template(code) != NoticeKind.URGENT), ASKING]


def may_be_silenced(mailing: Mailing) -> bool:
    """Whether notices like this one may be silenced: not safety; what is urgent comes all the same."""
    return kind_of_template(mailing.template) != NoticeKind.URGENT


def what_is_silenced(viewer: Viewer, mailing: Mailing) -> str:
    """What a reader may receive no more of, in words; empty where nothing may be, or already is."""
    sender = (mailing.mandate.organisation_id, mailing.template)
    if viewer.account_id is None or not may_be_silenced(mailing) or sender in silenced_by(viewer):
        return ""
    return str(template_of(mailing.template).title)


def silence(*, viewer: Viewer, mailing: Mailing) -> None:
    """Receive no more like this, which the viewer may see, from its sender; safety stays."""
    if may_be_silenced(mailing):
        sender = {"organisation_id": mailing.mandate.organisation_id, "template": mailing.template}
        SenderMute.objects.get_or_create(account_id=viewer.account_id, **sender)


def hear_again(*, viewer: Viewer, organisation: Organisation, template: str) -> None:
    """Receive again what was silenced."""
    SenderMute.objects.filter(account=viewer.account_id, organisation=organisation, template=template).delete()


def sender_of(*, viewer: Viewer, mandate: UUID) -> tuple[Organisation, Membership]:
    """Return the organisation of a mandate, and which of the viewer's homes it is on; raise `NotFound` where none."""
    for home in Membership.objects.filter(pk__in=[home.membership_id for home in viewer.homes]):
        if found := who_may_write_to_home(home).filter(handle=mandate).select_related("organisation").first():
            return found.organisation, home
    raise NotFound


@transaction.atomic
def choose_from(*, viewer: Viewer, organisation: Organisation, heard: Collection[str]) -> None:
    """Receive of an organisation what is named, and no more of the rest but safety."""
    Account.objects.select_for_update().get(pk=viewer.account_id)
    for template in silenceable():
        mute = {"account_id": viewer.account_id, "organisation": organisation, "template": template.code}
        if template.code in heard:
            SenderMute.objects.filter(**mute).delete()
        else:
            SenderMute.objects.get_or_create(**mute)


def silenced_by(viewer: Viewer) -> set[tuple[int, str]]:
    """What a viewer no longer wants to receive: (organisation, template)."""
    if viewer.account_id is None:
        return set()
    return set(SenderMute.objects.filter(account=viewer.account_id).values_list("organisation", "template"))


def is_silenced(mailing: Mailing, silenced: Collection[tuple[int, str]]) -> bool:
    """Whether a notice stands folded away."""
    if kind_of(mailing) == NoticeKind.URGENT:
        return False
    return (mailing.mandate.organisation_id, mailing.template) in silenced
