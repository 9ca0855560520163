"""Who may see what was added to a request, its photo and its plan: one rule for both."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db.models import QuerySet
from django.http import HttpRequest

from directory.appealing import own_residences
from directory.asking import own_asks
from directory.handling_asks import asks_to, opened_for
from directory.models import Ask, Post
from scopes.models import Account
from scopes.signing import second_factor
from scopes.viewer import Viewer

Found = TypeVar("Found")


def acting_in(request: HttpRequest) -> Account | None:
    """Return the account that may read for its organisations: one that showed its second factor."""
    return request.user if request.viewer.account_id and second_factor.was_shown(request) else None


def first_read(viewer: Viewer, acting: Account | None, find: Callable[[QuerySet[Ask]], Found | None]) -> Found | None:
    """Return what is found among what the viewer asked, what was said to the viewer, or what the own organisations were
    asked; each with its residences opened, and nothing of what was taken back.
    """
    found = None
    if viewer.alias_ids:
        with own_residences(viewer):
            found = find(own_asks(viewer))
    if found is None:
        seen = Post.objects.live().visible_to(viewer)
        found = find(Ask.objects.filter(post__in=seen, withdrawn_at=None))
    if found is None and acting:
        with opened_for(acting):
            found = find(asks_to(acting))
    return found
