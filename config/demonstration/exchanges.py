"""What is exchanged in the demonstration: what neighbours share, ask all, ask the agent, and write to each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from directory import conversing, spreading
from directory.asking import ask, askable_by
from directory.exchanging import share
from directory.handling_asks import reply
from directory.kinds import KINDS, kind_of
from directory.models import Ask, AskReply, Conversation, Exchange, Kind, Listing, Poll, Post, Ring
from directory.polling import ask_all, vote, voting_home
from directory.publishing import refresh_entries
from geo.models import Residence
from scopes.models import Account, Level, Mandate, Openness
from scopes.viewing import viewer_of

QUESTION = "De quelle couleur repeindre l’escalier ?"
CHOICES = ("Blanc cassé", "Jaune pâle", "Vert amande", "Comme avant")
OPEN_FOR = timedelta(days=9)
#: How long ago it was that someone was served well.
A_WHILE = timedelta(days=40)
TITLE = "L’ascenseur s’arrête entre deux étages"
ASKED = "Deux fois cette semaine, entre le deuxième et le troisième. Il repart tout seul au bout d’une minute."
ANSWERED = "Merci. Le technicien passe jeudi matin, une heure d’arrêt. Nous vous dirons ce qu’il a trouvé."


@transaction.atomic
def poll_the_residence(*, author: Account, voters: Sequence[Account]) -> Poll | None:
    """Have a poll open in the author's residence, with some votes; the residence must be opened.

    Nothing where a visitor has moved the author out.
    """
    viewer = viewer_of(author.pk)
    if viewer.home is None or not viewer.home.lives_there:
        return None
    standing = Poll.objects.live().filter(author__in=viewer.alias_ids, ends_at__gt=timezone.now())
    if found := standing.filter(demonstration=True).first():
        return found
    ends_on = timezone.localdate() + OPEN_FOR
    poll = ask_all(home=viewer.home, question=QUESTION, choices=CHOICES, ends_on=ends_on, level=Level.RESIDENCE)
    Poll.objects.filter(pk=poll.pk).update(demonstration=True)
    for number, viewer in enumerate(viewer_of(voter.pk) for voter in voters):
        if voting_home(viewer, poll):
            vote(viewer=viewer, public_id=poll.public_id, choice=number % len(CHOICES))
    return poll


def share_thing(*, author: Account, home: Residence, thing: Mapping, said_at: datetime) -> Exchange:
    """Have someone share a thing from one of their homes, as long ago as it is told; the home must be opened."""
    viewer = viewer_of(author.pk)
    chosen = next(one for one in viewer.homes if one.residence_id == home.pk)
    columns = {name: thing[name] for name in ("category", "title", "text", "level")}
    own = thing["own"]
    if thing["kind"] == Kind.RECOMMENDATION:
        own = {**own, "experienced_in": (said_at - A_WHILE).date().replace(day=1).isoformat()}
    shared = share(
        home=chosen, kind=KINDS[thing["kind"]], openness=thing.get("openness", Openness.MEMBERS), own=own, **columns
    )
    Listing.objects.filter(pk=shared.pk).update(
        published_at=said_at,
        opens_at=shared.opens_at and said_at,
        closes_at=said_at + (spreading.LIFETIME if shared.spreads else kind_of(shared).lifetime),
        demonstration=True,
    )
    Ring.objects.filter(listing=shared).update(reached_at=said_at)
    refresh_entries([shared.pk])
    if shared.spreads:
        spreading.spread_in(shared.municipality_id)
    return shared


@transaction.atomic
def ask_the_agent(*, author: Account, agent: Account, mandate: Mandate) -> Ask | None:
    """Have the author ask the agent something, and the agent answer; the residence must be opened."""
    viewer = viewer_of(author.pk)
    asked = viewer.home and [one for one in askable_by(viewer.home) if one.organisation == mandate.organisation]
    if not asked:
        return None
    found = Ask.objects.filter(author__in=viewer.alias_ids, demonstration=True, withdrawn_at=None).first()
    if found:
        return found
    handle = mandate.organisation.handle
    made = ask(home=viewer.home, organisation=handle, title=TITLE, text=ASKED, place="Ascenseur de l’entrée")
    reply(account=agent, public_id=made.public_id, text=ANSWERED)
    now = timezone.now()
    moments: Mapping[str, object] = {"made_at": now - timedelta(days=2), "answered_at": now - timedelta(days=1)}
    Ask.objects.filter(pk=made.pk).update(demonstration=True, **moments)
    AskReply.objects.filter(ask=made).update(written_at=moments["answered_at"])
    made.refresh_from_db()
    return made


def talk_about(listing: Post, *, asker: Account, author: Account, words: Sequence[str]) -> Conversation:
    """Have two neighbours write to each other about what one of them said; the last words are still to be read."""
    first, second = words
    begun = conversing.begin(viewer=viewer_of(asker.pk), public_id=listing.public_id, text=first).conversation
    conversing.have_read(viewer=viewer_of(author.pk), conversation=begun)
    conversing.write(viewer=viewer_of(author.pk), conversation=begun.public_id, text=second)
    return begun
