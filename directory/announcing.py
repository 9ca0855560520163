"""Tells residents of a notice: once it can be read, by push or mail as each chose, quietly at night.

The sender's request only queues a job: it takes the same time whoever lives there, and nothing of this comes back.
On what ground each kind is sent: docs/legal.md, 7.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models import Case, CharField, DateTimeField, Exists, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from directory.mailing_models import POLL
from directory.models import Mailing
from directory.notice_kinds import Means, NoticeKind, kind_of
from directory.notice_readers import memberships_told, without_hidden
from directory.notice_templates import closes_at, sentences_of, template_of, when_of
from directory.notifying import title_in_words
from directory.reaching_models import Announcement, NoticeChoice, SenderMute
from scopes import mass_mail
from scopes.homes import MembershipQuerySet
from scopes.models import Mandate, MassMessage, MessageCopy, PushSubscription

#: Nobody is told at night, but of what is urgent.
QUIET_FROM, QUIET_UNTIL = time(22), time(7)
#: Of what is not urgent, a person is told so often in a day; the rest is on the page.
MOST_A_DAY = 3
A_DAY = timedelta(days=1)
#: Longer than a job is tried (`scopes.jobs.PATIENCE`).
LONG = timedelta(hours=3)
TEMPLATE = "notice"
#: Push where it is chosen and a browser is there, else mail where there is an address; nothing for the page.
_MEANS = Case(
    When(wished=Means.PAGE, then=Value(None)),
    When(
        Exists(PushSubscription.objects.filter(account=OuterRef("account"))),
        wished=Means.PUSH,
        then=Value(MessageCopy.Means.PUSH),
    ),
    When(account__email__isnull=False, then=Value(MessageCopy.Means.MAIL)),
    default=Value(None),
    output_field=CharField(),
)


def tell_of(mailing_id: int) -> None:
    """Queue what tells residents of a mailing that stands; done twice, nobody is told twice.

    Nobody is told under a mandate that is over meanwhile, nor of what was hidden: a fraud is found out as it begins to
    send.
    """
    with transaction.atomic():
        # Held, and only then asked: the row itself does not change as it is said to be over.
        held = Mailing.objects.select_for_update(of=["self"]).select_related("mandate__organisation", "restores")
        mailing = held.filter(pk=mailing_id).first()
        if mailing is None or not _to_be_told().filter(pk=mailing_id).exists():
            return
        message = _message(mailing)
        Announcement.objects.create(mailing=mailing, message=message)
        mass_mail.queue(message, recipients_of(mailing))


def left_untold() -> QuerySet[Mailing]:
    """Return what should have been told long ago: whose job failed again and again, as long as it is news."""
    now = timezone.now()
    return _to_be_told().filter(sent_at__gt=now - A_DAY, sent_at__lt=now - LONG)


def _to_be_told() -> QuerySet[Mailing]:
    """What can be read, that nobody was told of: not taken back, over or hidden, under a mandate that stands."""
    standing = Mailing.objects.filter(withdrawn_at=None, restored_by=None, sent_at__lte=timezone.now())
    standing = standing.filter(mandate__in=Mandate.objects.announced(), announcement=None)
    standing = standing.exclude(area__isnull=False, notices__hidden_at__isnull=False)
    return standing.exclude(area__isnull=False, polls__hidden_at__isnull=False)


def _message(mailing: Mailing) -> MassMessage:
    """Say a mailing in each language, as mail and as push; neither names a building that the sender did not write."""
    words, pushed = {}, {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            words[language] = _words(mailing)
            pushed[language] = _pushed(mailing, words[language])
    ends = mailing.sent_at + A_DAY
    if mailing.restores_id is None:
        ends = min(max(closes_at(mailing.template, mailing.fields), mailing.sent_at + timedelta(hours=1)), ends)
    kind = kind_of(mailing)
    return MassMessage.objects.create(
        template=TEMPLATE,
        words=words,
        pushed=pushed,
        urgent=wakes(mailing),
        can_be_stopped=kind != NoticeKind.URGENT,
        queued_at=timezone.now(),
        too_late_at=ends,
    )


def _words(mailing: Mailing) -> dict[str, object]:
    title = title_in_words(mailing)
    over = mailing.restores_id is not None
    template = template_of(mailing.template)
    return {
        # What a sender typed may name a building: the subject is the template's alone.
        "subject": title if over else _("%(heading)s, %(when)s") % _of_the_template(mailing),
        "title": title,
        "sentences": [] if over else sentences_of(template.code, mailing.fields),
        "sender": mailing.mandate.organisation.name,
        "contact": mailing.mandate.organisation.contact,
        "path": reverse("notice-received", args=[mailing.handle]),
        "kind": str(kind_of(mailing).label),
        "can_be_stopped": kind_of(mailing) != NoticeKind.URGENT,
        "asks": template.code == POLL,
    }


def _of_the_template(mailing: Mailing) -> dict[str, str]:
    return {"heading": str(template_of(mailing.template).title), "when": when_of(mailing.template, mailing.fields)}


def _pushed(mailing: Mailing, words: dict[str, object]) -> dict[str, str]:
    first = mailing.restores or mailing
    return {
        "title": words["title"],
        "body": " · ".join([words["sender"], *words["sentences"][:1]]),
        "url": words["path"],
        # What says that it is over takes the place of what it ends.
        "tag": str(first.handle),
        "language": translation.get_language(),
    }


def recipients_of(mailing: Mailing) -> QuerySet:
    """Return who is told of a mailing, by what means and when, one row a person; for `scopes.mass_mail` alone."""
    told = without_hidden(memberships_told(mailing).filter(account__is_active=True), mailing)
    told = _willing(told, mailing)
    told = _with_means(told, mailing).annotate(means=_MEANS, due_at=_due(told, mailing))
    told = told.exclude(means=None).order_by("account", "due_at").distinct("account")
    return told.values_list("account", "means", "due_at")


def still_told(message: MassMessage, accounts: Collection[int]) -> set[int]:
    """Return those of these people who, as it is handed over, live where a mailing stands and want to be told of it."""
    mailing = Mailing.objects.filter(announcement__message=message).select_related("mandate", "restores").first()
    if mailing is None or mailing.mandate.is_over:
        return set()
    told = without_hidden(memberships_told(mailing).filter(account__in=accounts), mailing)
    told = _unsilenced(_with_means(told, mailing), mailing)
    return set(told.exclude(wished=Means.PAGE).values_list("account", flat=True))


def _with_means(told: MembershipQuerySet, mailing: Mailing) -> MembershipQuerySet:
    """Note how each wished to be told of its kind."""
    kind = kind_of(mailing)
    choice = NoticeChoice.objects.filter(account=OuterRef("account"), kind=kind).values("means")
    return told.annotate(wished=Coalesce(Subquery(choice[:1]), Value(kind.by_itself)))


def _willing(told: MembershipQuerySet, mailing: Mailing) -> MembershipQuerySet:
    """Leave out those who do not want it, or were not told of what is over; nobody where it is urgent."""
    mine = MessageCopy.objects.filter(account=OuterRef("account"))
    if mailing.restores_id:
        told = told.filter(
            Exists(mine.filter(message__announcement__mailing=mailing.restores_id).exclude(sent_at=None))
        )
    told = _unsilenced(told, mailing)
    if mailing.restores_id or kind_of(mailing) == NoticeKind.URGENT:
        return told
    today = mine.filter(message__template=TEMPLATE, message__urgent=False)
    today = today.filter(message__queued_at__gt=timezone.now() - A_DAY)
    return told.filter(~Exists(today.order_by("pk")[MOST_A_DAY - 1 : MOST_A_DAY]))


def _unsilenced(told: MembershipQuerySet, mailing: Mailing) -> MembershipQuerySet:
    """Leave out those who let nobody write, or silenced this sort; nobody where it is urgent."""
    if kind_of(mailing) == NoticeKind.URGENT:
        return told
    muted = SenderMute.objects.filter(
        account=OuterRef("account"), organisation=mailing.mandate.organisation_id, template=mailing.template
    )
    return told.exclude(alias__written_by="").filter(~Exists(muted))


def _due(told: MembershipQuerySet, mailing: Mailing) -> Case | Value:
    """Now, or in the morning of the place."""
    now = timezone.now()
    if wakes(mailing):
        return Value(now, output_field=DateTimeField())
    zone = "alias__cell__municipality__time_zone"
    zones = told.order_by().values_list(zone, flat=True).distinct()
    whens = [When(**{zone: one}, then=Value(awake(now, time_zone=one))) for one in zones]
    return Case(*whens, default=Value(now), output_field=DateTimeField())


def wakes(mailing: Mailing) -> bool:
    """Whether it passes quiet hours: what a second person approved, or was typed; its end can wait for the morning."""
    return mailing.urgent and mailing.restores_id is None


def awake(moment: datetime, *, time_zone: str) -> datetime:
    """The next moment at which somebody there may be told something."""
    here = moment.astimezone(ZoneInfo(time_zone))
    if QUIET_UNTIL <= here.time() < QUIET_FROM:
        return moment
    day = here.date() + (A_DAY if here.time() >= QUIET_FROM else timedelta())
    return datetime.combine(day, QUIET_UNTIL, tzinfo=here.tzinfo)
