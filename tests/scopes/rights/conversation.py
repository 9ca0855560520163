"""Posts and answers for tests of rights, written as rows."""

from __future__ import annotations

from directory.models import Answer, Category, Kind, Post
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
