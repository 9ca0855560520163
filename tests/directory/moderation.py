"""A village with a residence in disorder: who wrote, who reports, who decides."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass

from directory.models import Answer, Case, Decision, Listing, Post
from directory.moderating import decide
from directory.publishing import refresh_entries
from directory.reporting import report
from scopes import second_lock
from scopes.models import Account, Level, Membership
from scopes.on_call import on_call
from scopes.viewer import ANONYMOUS, Viewer
from scopes.viewing import viewer_of
from tests.neighbours import neighbour, person
from tests.scopes.village import Village

#: In every text that is reported: one search of an answer's bytes finds a leak.
CANARY = "Canari"
WHY = {"ground": "rules", "reason": "hurtful", "words": "Ce mot insulte une voisine."}


@dataclass
class Disorder:
    """Residence A: an author, a neighbour who reads, and two moderators; and someone of the staff, at home nowhere."""

    village: Village
    author: Membership
    reader: Membership
    moderator: Membership
    second: Membership
    staff: Account

    def post(self, *, level: str = Level.RESIDENCE, author: Membership | None = None, **columns) -> Post:
        """A word of the author, with its search entry where it may have one."""
        columns = {"title": f"{CANARY} mot", "description": f"{CANARY} texte"} | columns
        post = self.village.post(author or self.author, level=level, **columns)
        refresh_entries([post.pk])
        return post

    def answer(self, post: Post, by: Membership, *, text: str = f"{CANARY} réponse") -> Answer:
        """An answer under it."""
        with second_lock.opened([by.residence_id]):
            return Answer.objects.create(listing=post, residence_id=post.residence_id, author=by.alias, text=text)


def make_disorder(village: Village) -> Disorder:
    """People the residence with those who matter."""
    home = village.residences["A"]
    return Disorder(
        village=village,
        author=neighbour("Armelle", home),
        reader=neighbour("Bachir", home),
        moderator=neighbour("Mireille", home, moderates=True),
        second=neighbour("Solange", home, moderates=True),
        staff=person("Salomé", is_staff=True),
    )


@contextmanager
def acting(who: Membership | Account | None):
    """Act as someone, their residences opened as a request would; yields the viewer."""
    viewer = viewer_for(who)
    with second_lock.opened(viewer.residence_ids):
        yield viewer


def viewer_for(who: Membership | Account | None) -> Viewer:
    """Who looks; a passer-by when nobody."""
    return ANONYMOUS if who is None else viewer_of(getattr(who, "account_id", None) or who.pk)


def reported(thing: Post | Answer, by: Membership | Account | None, **columns) -> Case | None:
    """Report something; return its case, or nothing where it was left alone."""
    with acting(by) as viewer:
        made = report(viewer=viewer, public_id=thing.public_id, **{"reason": "hurtful"} | columns)
        return made and made.case


def decided(case: Case, by: Membership | Account, deed: str = "hide", **columns) -> Decision:
    """Decide as a moderator, or as staff on call."""
    if deed == "hide":
        columns = WHY | columns
    with acting(by) as viewer, on_call() if isinstance(by, Account) else acting(by):
        return decide(viewer=viewer, case=case, deed=deed, **columns)


def cases() -> list[Case]:
    """All of them, as the staff on call could read them."""
    with on_call():
        return list(Case.objects.all())


def stands(thing: Post | Answer) -> bool:
    """Whether it is not hidden."""
    with second_lock.opened([thing.residence_id] if thing.residence_id else []):
        return type(thing).objects.get(pk=thing.pk).hidden_at is None


def seen_by(who: Membership | Account | None) -> set[str]:
    """Titles that someone sees."""
    with acting(who) as viewer:
        return set(Listing.objects.live().visible_to(viewer).values_list("title", flat=True))
