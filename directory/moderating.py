"""Decides what was reported: hides it with a reason, leaves it, or puts it back; each decision is a line of the log."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from directory.announcements import call_off
from directory.ending_agreements import tell_it_is_hidden
from directory.errors import AlreadyDecided, NotYours
from directory.models import Answer, Appeal, Case, Decision, Ground, Kind, Listing, Mailing, Message, Reason
from directory.moderation_models import LONGEST_WORDS
from directory.moderation_sql import FORGET_CASES
from directory.publishing import refresh_entries
from geo.errors import InvalidParameter
from geo.texts import paragraphs
from scopes import second_lock
from scopes.organisations.acting import who_answers_for
from scopes.sending import write_to
from scopes.viewer import Viewer

#: What is hidden, by the kind of its case.
SUBJECTS = {Case.Kind.LISTING: Listing, Case.Kind.ANSWER: Answer, Case.Kind.MESSAGE: Message}
HIDE, KEEP, RESTORE, UPHOLD = Decision.Deed.HIDE, Decision.Deed.KEEP, Decision.Deed.RESTORE, Decision.Deed.UPHOLD


def deeds(case: Case) -> tuple[Decision.Deed, ...]:
    """Return what may be decided about the case as it stands: what is hidden is not hidden again."""
    latest = case.decisions.last()
    is_hidden = latest is not None and latest.deed in (HIDE, UPHOLD)
    if case.closed_at is None:
        return (RESTORE, UPHOLD) if is_hidden else (KEEP, HIDE)
    return (RESTORE,) if is_hidden else ()


def may_decide(viewer: Viewer, case: Case) -> bool:
    """Whether this moderator may: not on what they said, nor on an appeal against what they decided."""
    if not Case.objects.not_of(viewer).filter(pk=case.pk).exists():
        return False
    return pending_appeal(case) is None or _key(viewer) not in case.decisions.values_list("moderator", flat=True)


def asked_by_subject(case: Case) -> bool:
    """Whether the person it is about asked that it be removed: what is refused to them is refused with a reason."""
    return case.reports.filter(by_subject=True).exists()


def pending_appeal(case: Case) -> Appeal | None:
    """Find the appeal that waits for an answer."""
    return Appeal.objects.filter(decision__case=case, answer__isnull=True).first()


@transaction.atomic
def decide(*, viewer: Viewer, case: Case, deed: str, ground: str = "", reason: str = "", words: str = "") -> Decision:
    """Decide a case that the caller found among those of this moderator; return the line of the log.

    Raises `AlreadyDecided` when someone else was faster, `NotYours` for one's own words or an appeal against oneself,
    and `InvalidParameter` when something is to be hidden without ground, reason or words for its author.
    """
    case = Case.objects.select_for_update().get(pk=case.pk)
    if deed not in deeds(case):
        raise AlreadyDecided
    if not may_decide(viewer, case):
        raise NotYours
    columns = _statement(deed, ground=ground, reason=reason, words=words)
    if deed == KEEP and asked_by_subject(case) and not columns["words"]:
        raise InvalidParameter("words", _("Dites pourquoi cela reste : la personne a demandé le retrait."))
    now = timezone.now()
    decision = Decision.objects.create(
        case=case,
        residence_id=case.residence_id,
        deed=deed,
        moderator=_key(viewer),
        appeal=pending_appeal(case),
        decided_at=now,
        **columns,
    )
    case.closed_at = now
    case.save(update_fields=["closed_at"])
    if deed in (HIDE, RESTORE):
        _set_hidden(case, now if deed == HIDE else None)
    if deed != KEEP:
        _tell_author(case)
    return decision


def forget_old_cases() -> int:
    """Delete cases closed for longer than `moderation_models.KEPT`, log and appeals with them; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET_CASES)
        return cursor.fetchone()[0]


def _statement(deed: str, *, ground: str, reason: str, words: str) -> dict[str, str]:
    """Check the reasons that the author will read; only hiding needs them."""
    if deed == HIDE:
        if ground not in Ground.values:
            raise InvalidParameter("ground", _("Dites sur quoi repose la décision."))
        if reason not in Reason.values:
            raise InvalidParameter("reason", _("Choisissez une raison dans la liste."))
    if deed in (HIDE, UPHOLD) or words.strip():
        words = paragraphs(words, parameter="words", longest=LONGEST_WORDS)
    return {"ground": ground, "reason": reason, "words": words} if deed == HIDE else {"words": words.strip()}


def _set_hidden(case: Case, moment: datetime | None) -> None:
    """Hide the subject or show it again; its residence is opened for this alone, nothing of it is returned."""
    with second_lock.opened([case.residence_id] if case.residence_id else []):
        found = SUBJECTS[case.kind].objects.filter(public_id=case.subject)
        found.update(hidden_at=moment)
        if case.kind == Case.Kind.LISTING:
            refresh_entries(list(found.values_list("pk", flat=True)))
            if moment and (ride := found.filter(kind=Kind.CARPOOL).first()):
                tell_it_is_hidden(ride)
        # News and offers have no mailing: they are read where they stand, and told to nobody.
        if moment and case.organisation_id and (mailing := Mailing.objects.said_as(case.subject).first()):
            # Whoever was not told yet is not told any more; put back, it is read where it stands.
            call_off(mailing, inside=case.residence_id)


def _tell_author(case: Case) -> None:
    """Write that something was decided, and where to read it: the mail holds no word of it, and no place."""
    told = {"use": timedelta(days=7), "case": str(case.public_id)}
    if case.author_id and case.author.account:
        write_to(account=case.author.account, template="decision", **told)
    if case.organisation_id:
        for account in who_answers_for(case.organisation):
            write_to(account=account, template="notice_decision", organisation=case.organisation.name, **told)


def _key(viewer: Viewer) -> str:
    """The moderator as the log knows them: the same key for the same account, and no way back to it."""
    return salted_hmac("directory.moderator", str(viewer.account_id), algorithm="sha256").hexdigest()
