"""Reports a listing, an answer or a message; who reports is not told what became of it, nor shown.

Whatever the public id, the answer is the same: nobody learns whether something exists by reporting it.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from directory.appealing import own_residences
from directory.models import Answer, Case, Listing, Message, Reason, Report
from directory.moderation_models import LONGEST_WORDS
from directory.seeing import seen
from geo.errors import InvalidParameter
from geo.texts import paragraphs
from scopes.viewer import Viewer

#: A case with so many reports is read first anyway: what comes after adds nothing to it.
MOST_REPORTS = 30


@transaction.atomic
def report(*, viewer: Viewer, public_id: UUID, reason: str, words: str = "") -> Report | None:
    """Report what the viewer sees; what they do not see, or said themselves, is left alone, and nothing is returned.

    Raises `InvalidParameter` for a reason not in the list and for words that are too long, whatever is reported.
    """
    if reason not in Reason.values:
        raise InvalidParameter("reason", _("Choisissez une raison dans la liste."))
    words = paragraphs(words, parameter="words", shortest=0, longest=LONGEST_WORDS)
    with own_residences(viewer):  # one still reads what was written to one in a home that one left
        case = _case(viewer, public_id)
        if case is None or case.reports.count() >= MOST_REPORTS:
            return None
        columns = {"residence_id": case.residence_id, "reason": reason, "words": words}
        if viewer.account_id is None:
            return Report.objects.create(case=case, **columns)
        reporter = salted_hmac(f"directory.report:{case.pk}", str(viewer.account_id), algorithm="sha256").hexdigest()
        return Report.objects.get_or_create(case=case, reporter=reporter, defaults=columns)[0]


def _case(viewer: Viewer, public_id: UUID) -> Case | None:
    """Find the case that waits for what is reported, or open it."""
    found = seen(viewer, public_id)
    if found is None or _author_of(found) in viewer.alias_ids:
        return None
    # Two who report at once meet at the constraint, and the second finds the first one's case.
    Case.objects.bulk_create([_copy(found)], ignore_conflicts=True)
    return Case.objects.select_for_update().filter(subject=public_id, closed_at__isnull=True).first()


def _author_of(found: Listing | Answer | Message) -> int | None:
    return found.writer_id if isinstance(found, Message) else found.author_id


def _copy(found: Listing | Answer | Message) -> Case:
    """Copy the words as they read now: what is decided is decided about these."""
    columns = {"subject": found.public_id, "residence_id": found.residence_id, "author_id": _author_of(found)}
    if isinstance(found, Message):
        return Case(kind=Case.Kind.MESSAGE, text=found.text, **columns)
    if isinstance(found, Answer):
        return Case(kind=Case.Kind.ANSWER, text=found.text, **columns)
    columns |= {"title": found.title, "text": found.description, "organisation_id": found.organisation_id}
    return Case(kind=Case.Kind.LISTING, **columns)
