"""Answers a post, and takes an answer back: whoever may read a post may answer it, until its author closes that."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from directory.audience import home_for
from directory.errors import AnswersClosed, NotProved, TooMany
from directory.models import Answer, Post
from directory.posting import PRESSED_TWICE
from geo.errors import NotFound
from geo.texts import paragraphs
from scopes.models import Membership
from scopes.viewer import Viewer

LONGEST_ANSWER = 2_000
MOST_A_DAY = 100


@transaction.atomic
def answer(*, viewer: Viewer, public_id: UUID, text: str) -> Answer:
    """Answer a post that the viewer may read, under the name of the home it was read from; return the answer.

    Raises `NotFound` for a post that is not for the viewer, `NotProved` without a home, `AnswersClosed`, `TooMany`,
    and `InvalidParameter` for a text that is empty or too long.
    """
    # Locked: an answer is given before the answers are closed, or not at all.
    found = Post.objects.live().visible_to(viewer).select_for_update()
    post = found.filter(public_id=public_id).first()
    if post is None:
        raise NotFound
    home = home_for(viewer, post)
    if home is None or not Membership.objects.current().filter(pk=home.membership_id).exists():
        raise NotProved
    if post.answers_closed_at:
        raise AnswersClosed
    text = paragraphs(text, parameter="text", longest=LONGEST_ANSWER)
    return _written_once(post=post, alias_id=home.alias_id, text=text)


@transaction.atomic
def withdraw(*, viewer: Viewer, public_id: UUID) -> Answer:
    """Take one's answer back; raise `NotFound` for any other."""
    given = Answer.objects.standing().filter(author__in=viewer.alias_ids, public_id=public_id)
    mine = given.select_related("listing").first()
    if mine is None:
        raise NotFound
    mine.withdrawn_at = timezone.now()
    mine.save(update_fields=["withdrawn_at"])
    return mine


def _written_once(*, post: Post, alias_id: int, text: str) -> Answer:
    """Write the answer, unless its button was pressed twice."""
    now = timezone.now()
    given = Answer.objects.filter(author=alias_id, written_at__gt=now - timedelta(days=1))
    same = given.filter(listing=post, text=text, withdrawn_at=None, written_at__gt=now - PRESSED_TWICE).first()
    if same:
        return same
    if given.count() >= MOST_A_DAY:
        raise TooMany
    return Answer.objects.create(listing=post, residence_id=post.residence_id, author_id=alias_id, text=text)
