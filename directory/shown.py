"""A post as one viewer sees it: whose it is, why it is there and what was answered, for those it is addressed to."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Count
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _

from directory.audience import is_member
from directory.models import Answer, Post
from scopes.models import Level, Openness
from scopes.moments import moment
from scopes.viewer import Viewer


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownPost:
    """One post in words."""

    id: str
    url: str
    title: str
    text: str
    category: str
    #: Address of the category's pictogram.
    icon: str
    #: First name and initial; empty for who is not among those it is addressed to.
    author: str
    when: str
    #: Why it is here, and who else reads it, in words.
    why: str
    readers: str
    is_open: bool
    mine: bool
    in_residence: bool
    #: How many answers those it is addressed to read; nothing is told to others.
    answers: int
    answers_closed: bool
    demonstration: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAnswer:
    """One answer in words."""

    id: str
    text: str
    author: str
    when: str
    mine: bool
    of_the_author: bool


def shown_together(posts: Collection[Post], viewer: Viewer) -> list[ShownPost]:
    """Put several posts in words, each with the number of its answers."""
    readable = Answer.objects.standing().seen_by(viewer, is_member=True).filter(listing__in=posts)
    numbers = dict(readable.order_by().values_list("listing").annotate(Count("pk")))
    return [shown(post, viewer, answers=numbers.get(post.pk, 0)) for post in posts]


def shown(post: Post, viewer: Viewer, *, answers: int = 0) -> ShownPost:
    """Put a post that the viewer may see in words."""
    member = is_member(viewer, post)
    return ShownPost(
        id=str(post.public_id),
        url=reverse("post", args=[post.public_id]),
        title=post.title,
        text=post.description,
        category=post.category.name,
        icon=static(f"maki/{post.category.icon}.svg"),
        author=str(post.author) if member else "",
        when=moment(post.published_at, time_zone=post.municipality.time_zone),
        why=_why(getattr(post, "why", None)),
        readers=readers(post),
        is_open=post.openness == Openness.PUBLIC,
        mine=post.author_id in viewer.alias_ids,
        in_residence=post.level == Level.RESIDENCE,
        answers=answers if member else 0,
        answers_closed=post.answers_closed_at is not None,
        demonstration=post.demonstration,
    )


def answers_under(post: Post, viewer: Viewer) -> list[ShownAnswer]:
    """The answers that the viewer may read, as the conversation went."""
    time_zone = post.municipality.time_zone
    given: Iterable[Answer] = post.answers.standing().seen_by(viewer, is_member=is_member(viewer, post))
    return [
        ShownAnswer(
            id=str(answer.public_id),
            text=answer.text,
            author=str(answer.author),
            when=moment(answer.written_at, time_zone=time_zone),
            mine=answer.author_id in viewer.alias_ids,
            of_the_author=answer.author_id == post.author_id,
        )
        for answer in given.select_related("author__account")
    ]


def readers(post: Post) -> str:
    """Say who reads a post, to who reads it."""
    if post.openness == Openness.PUBLIC:
        return _("ouvert à tout le monde")
    return {
        Level.RESIDENCE: _("pour l’immeuble"),
        Level.VOISINAGE: _("pour le voisinage"),
        Level.NEIGHBOURHOOD: _("pour le quartier"),
        Level.MUNICIPALITY: _("pour la ville"),
        Level.CATCHMENT: _("pour les habitants alentour"),
    }[post.level]


def _why(rule: str | None) -> str:
    """Say why a post is addressed to the reader (design.md, section 3, law 7)."""
    return {
        "residence": _("dans votre immeuble"),
        "voisinage": _("dans votre voisinage"),
        "neighbourhood": _("dans votre quartier"),
        "border": _("quartier voisin"),
        "municipality": _("dans votre ville"),
        "catchment": _("près de chez vous"),
    }.get(rule, "")
