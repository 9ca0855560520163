"""Posts, answers and messages for tests of rights, written as rows."""

from __future__ import annotations

from directory.models import Answer, Category, Conversation, Kind, Message, Post, Side
from directory.publishing import refresh_entries
from scopes import second_lock
from scopes.models import Level, Membership, Openness


def said(member: Membership, title: str, *, level: str = Level.VOISINAGE, **columns) -> Post:
    """A post of a member, to a circle."""
    residence = member.residence
    home = level == Level.RESIDENCE
    with second_lock.opened([residence.pk]):
        post = Post.objects.create(
            kind=Kind.POST,
            category=Category.objects.filter(kind=Kind.POST).order_by("number").last(),
            title=title,
            author=member.alias,
            level=level,
            openness=Openness.MEMBERS,
            residence=residence if home else None,
            space=residence if home else None,
            cell=None if home else member.alias.cell,
            municipality=residence.municipality,
            insee_code=residence.municipality.insee_code,
            department=residence.municipality.department,
            **columns,
        )
        refresh_entries([post.pk])
    return post


def answered(post: Post, member: Membership, text: str, **columns) -> Answer:
    """An answer of a member under a post."""
    with second_lock.opened([member.residence_id]):
        return Answer.objects.create(listing=post, residence=post.residence, author=member.alias, text=text, **columns)


def talked(post: Post, asker: Membership, text: str) -> Conversation:
    """A conversation about a post that is of no residence, and its first message."""
    talk = Conversation.objects.create(listing=post, asker=asker.alias, author=post.author)
    for alias in (asker.alias, post.author):
        Side.objects.create(conversation=talk, alias=alias)
    wrote(talk, asker, text)
    return talk


def wrote(talk: Conversation, member: Membership, text: str, **columns) -> Message:
    """A message of a member in it."""
    return Message.objects.create(conversation=talk, writer=member.alias, text=text, **columns)
