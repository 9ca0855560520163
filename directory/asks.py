"""What was asked in words: for who asked, for the organisation, and for those it was said to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Prefetch, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _

from directory.models import Ask, AskPhoto, AskReply, Post
from directory.notifying import title_in_words
from directory.shown import readers
from geo.front_doors import names_of
from scopes.moments import moment


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReply:
    """What an organisation answered, in words."""

    text: str
    when: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownAsk:
    """What was asked, in words."""

    id: str
    url: str
    title: str
    text: str
    place: str
    #: The plan of what was shown on the map, and the address nearest to it.
    plan: str
    near: str
    organisation: str
    state: str
    state_in_words: str
    when: str
    answered: str
    closed: str
    #: First name and initial, and where that is, as far as the organisation may know.
    author: str
    home: str
    #: Who else reads it, and where; empty where nobody does.
    readers: str
    post_url: str
    #: Title of the notice that it answers.
    about: str
    photo: str
    width: int
    height: int
    replies: list[ShownReply]
    demonstration: bool


def shown(asked: Ask, *, to_organisation: bool = False) -> ShownAsk:
    """Put what was asked in words; its residence must be opened."""
    return shown_together([asked], to_organisation=to_organisation)[0]


def shown_together(asks: Iterable[Ask], *, to_organisation: bool = False) -> list[ShownAsk]:
    """Put what was asked in words, with as many questions to the database for one as for many."""
    asks = list(asks)
    prefetch_related_objects(asks, "replies", Prefetch("photo", AskPhoto.objects.defer("content")))
    names = names_of({one.residence for one in asks if one.residence})
    return [_shown(one, names, to_organisation) for one in asks]


def _shown(asked: Ask, names: Mapping[int, str], to_organisation: bool) -> ShownAsk:
    zone = asked.author.cell.municipality.time_zone
    photo = getattr(asked, "photo", None)
    post = asked.post if asked.post and asked.post.withdrawn_at is None else None
    return ShownAsk(
        id=str(asked.public_id),
        url=reverse("asked" if to_organisation else "ask", args=[asked.public_id]),
        title=asked.title,
        text=asked.text,
        place=asked.place,
        plan=reverse("ask-plan", args=[asked.public_id]) if asked.location else "",
        near=asked.near,
        organisation=asked.organisation.name,
        state=asked.state,
        state_in_words=asked.state.label,
        when=moment(asked.made_at, time_zone=zone),
        answered=moment(asked.answered_at, time_zone=zone) if asked.answered_at else "",
        closed=moment(asked.closed_at, time_zone=zone) if asked.closed_at else "",
        author=str(asked.author),
        home=names[asked.residence_id] if asked.residence_id else _around(asked),
        readers=readers(post) if post else "",
        post_url=reverse("post", args=[post.public_id]) if post and not to_organisation else "",
        about=title_in_words(asked.about.mailing) if asked.about else "",
        photo=reverse("ask-photo", args=[photo.public_id]) if photo else "",
        width=photo.width if photo else 0,
        height=photo.height if photo else 0,
        replies=_replies(asked.replies.all(), zone),
        demonstration=asked.demonstration,
    )


def of_post(post: Post) -> ShownAsk | None:
    """What was asked with a word that the viewer may see: its answers are read with it."""
    asked = Ask.objects.filter(post=post, withdrawn_at=None).select_related(*RELATED).first()
    return asked and shown(asked)


#: What `shown` reads besides the row.
RELATED = (
    "organisation",
    "author__account",
    "author__cell__municipality",
    "residence",
    "neighbourhood",
    "about__mailing",
    "post",
)


def _around(asked: Ask) -> str:
    """Around where the author lives, for an organisation whose mandate does not name the residence."""
    if asked.neighbourhood:
        return _("quartier %(name)s") % {"name": asked.neighbourhood.name}
    return asked.author.cell.municipality.name


def _replies(replies: Iterable[AskReply], zone: str) -> list[ShownReply]:
    return [ShownReply(text=one.text, when=moment(one.written_at, time_zone=zone)) for one in replies]
