"""Reports a listing or an answer, with or without an account; who reports is not told what became of it, nor shown.

Whatever the public id, the answer is the same: nobody learns whether something exists by reporting it.
"""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from directory.audience import is_member
from directory.models import Answer, Case, Listing, Reason, Report
from directory.moderation_models import LONGEST_WORDS
from directory.texts import paragraphs
from geo.errors import InvalidParameter
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
    words = paragraphs(words, parameter="words", longest=LONGEST_WORDS) if words.strip() else ""
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
    copy = _listing(viewer, public_id) or _answer(viewer, public_id)
    if copy is None or copy["author_id"] in viewer.alias_ids:
        return None
    # Two who report at once meet at the constraint, and the second finds the first one's case.
    Case.objects.bulk_create([Case(subject=public_id, **copy)], ignore_conflicts=True)
    return Case.objects.select_for_update().filter(subject=public_id, closed_at__isnull=True).first()


def _listing(viewer: Viewer, public_id: UUID) -> dict | None:
    found = Listing.objects.live().visible_to(viewer).filter(public_id=public_id)
    columns = found.values("residence_id", "author_id", "title", "description").first()
    if columns is None:
        return None
    return {"kind": Case.Kind.LISTING, "text": columns.pop("description"), **columns}


def _answer(viewer: Viewer, public_id: UUID) -> dict | None:
    """An answer is read by those its listing is addressed to, even where the author opened the listing to everyone."""
    seen = Listing.objects.live().visible_to(viewer)
    found = Answer.objects.standing().seen_by(viewer, is_member=True).filter(listing__in=seen, public_id=public_id)
    answer = found.select_related("listing").first()
    if answer is None or not is_member(viewer, answer.listing):
        return None
    columns = {"residence_id": answer.residence_id, "author_id": answer.author_id, "text": answer.text}
    return {"kind": Case.Kind.ANSWER, **columns}
