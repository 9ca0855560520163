"""The crowd of the demonstration: sixty invented neighbours all over the town, and what they have said of late.

Everything is said by the deeds that anyone goes through, and then dated back; nobody of the crowd lives where one of
the people to try out does. Drawn by the words themselves: the same on every machine.
"""

from __future__ import annotations

import random
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from itertools import chain, cycle, zip_longest
from pathlib import Path

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from config.demonstration.agreements import agree_about_rides
from config.demonstration.exchanges import A_WHILE
from config.demonstration.inhabitants import DOMAIN, address_of, moments_since
from config.demonstration.rides import commutes, ride_from
from config.demonstration.town_hall import tell_every_quarter
from config.demonstration.volunteers import introduce_volunteers
from directory import helping, trusting, visiting
from directory.answering import answer
from directory.exchanging import share
from directory.kinds import KINDS, ExchangeKind, kind_of
from directory.models import Answer, Carpool, Kind, Listing, Poll, Post
from directory.polling import ask_all, vote
from directory.posting import post
from directory.publishing import refreshed_together
from geo.errors import InvalidParameter
from geo.models import Municipality, Residence
from scopes import second_lock
from scopes.joining import ask_to_join
from scopes.models import Account, Level, Membership, Openness
from scopes.proofs.proving import prove
from scopes.proofs.table import Kind as Proof
from scopes.viewer import Home, Viewer
from scopes.viewing import viewer_of

#: Residences of the crowd, a third of them in the quarter of the people to try out.
HOMES, NEARBY = 42, 14
#: How long ago the crowd entered, and over how many days it has spoken since.
SETTLED, SPOKEN = timedelta(days=75), timedelta(days=45)
#: How often a circle is chosen among those that a kind may have; one thing in so many is opened to everyone.
CIRCLES = {Level.RESIDENCE: 1, Level.VOISINAGE: 3, Level.NEIGHBOURHOOD: 6, Level.MUNICIPALITY: 4}
OPEN_EVERY = 3
#: Neighbours who vote in a poll.
VOTERS = 5
#: Polls end one after the other.
FIRST_END, BETWEEN_ENDS = 6, 2


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Someone who says something: a viewer, from a home."""

    viewer: Viewer
    home: Home
    first_name: str

    @classmethod
    def called(cls, account: Account) -> Neighbour | None:
        """The neighbour that an account is; none without a home to speak from."""
        viewer = viewer_of(account.pk)
        return cls(viewer, viewer.home, account.first_name) if viewer.home else None


def crowd_is_there() -> bool:
    """Whether it was settled; who of it was erased stays so."""
    return _of_the_crowd().exists()


@transaction.atomic
def settle_crowd(*, town: Municipality, apart_from: Sequence[Residence]) -> None:
    """Settle the crowd in the residences of a town and have it say what it says, unless it is there; where none are."""
    homes = _homes(town, apart_from)
    if crowd_is_there() or not homes:
        return
    crowd = _settle(homes)
    with second_lock.opened([home.pk for home in (*homes, *apart_from)]), refreshed_together():
        said = [*_words(crowd), *_exchanges(crowd), *_commutes(crowd), *_polls(crowd)]
        for one in said:
            one.demonstration = True
        Listing.objects.bulk_update(said, ["published_at", "opens_at", "closes_at", "demonstration"])
        _ride_along(crowd, [one for one in said if isinstance(one, Carpool)])
    _help_out(crowd)
    if secretary := Account.objects.filter(email=address_of("sylvie"), is_active=True).first():
        tell_every_quarter(secretary=secretary, town=town, notices=_invention()["notice"])
        introduce_volunteers(secretary=secretary, wanted=_invention()["wanted"])


def _of_the_crowd():
    return Account.objects.filter(email__endswith=f".crowd@{DOMAIN}")


def _homes(town: Municipality, apart_from: Sequence[Residence]) -> list[Residence]:
    """Residences: many in the quarter of those to try out, the others over the other quarters in turn."""
    open_ones = Residence.objects.filter(municipality=town, containments__kind=F("municipality__circle_kind"))
    placed = open_ones.annotate(quarter=F("containments__neighbourhood"))
    fit = placed.filter(closed_on=None, houses_of=None, dwellings__gte=8, public_cell__isnull=False)
    taken = [home.pk for home in apart_from]
    drawn = sorted(fit.exclude(pk__in=taken), key=lambda home: _chance(home.key).random())
    own = set(placed.filter(pk__in=taken[:1]).values_list("quarter", flat=True))
    quarters: dict[int, list[Residence]] = {}
    for home in drawn:
        quarters.setdefault(home.quarter, []).append(home)
    near = list(chain.from_iterable(quarters.pop(quarter, []) for quarter in own))[:NEARBY]
    in_turn = (home for turn in zip_longest(*quarters.values()) for home in turn if home)
    return [*near, *(home for home, _ in zip(in_turn, range(HOMES - len(near)), strict=False))]


def _settle(homes: Sequence[Residence]) -> list[Neighbour]:
    """Let everyone in, proved by a letter, some of them in the same home."""
    entered = moments_since(timezone.now() - SETTLED)
    for number, (first_name, last_name) in enumerate(_invention()["people"]):
        account = Account.objects.create_user(address_of(f"{number}.crowd"), first_name=first_name, last_name=last_name)
        membership = ask_to_join(account=account, residence=homes[number % len(homes)], role="tenant")
        prove(membership=membership, kind=Proof.LETTER)
    Membership.objects.filter(account__in=_of_the_crowd()).update(**entered)
    return [Neighbour.called(account) for account in _of_the_crowd().order_by("pk")]


def _words(crowd: Sequence[Neighbour]) -> Iterator[Post]:
    """What they say, and what is answered by others of the quarter."""
    for words, author in _shared_out(Kind.POST, crowd):
        level = Level.NEIGHBOURHOOD if "answers" in words else _circle(words, list(Level))
        said = post(
            home=author.home, category=words["of"], title=words["title"], text=words["text"], level=level,
            openness=_openness(words) if level != Level.RESIDENCE else Openness.MEMBERS,
        )  # fmt: skip
        said.published_at = _moment_of(words)
        others = cycle(one for one in _of_the_quarter(author, crowd) if one is not author)
        for number, (text, neighbour) in enumerate(zip(words.get("answers", ()), others, strict=False), start=1):
            given = answer(viewer=neighbour.viewer, public_id=said.public_id, text=text)
            Answer.objects.filter(pk=given.pk).update(written_at=said.published_at + number * timedelta(minutes=40))
        yield said


def _exchanges(crowd: Sequence[Neighbour]) -> Iterator[Listing]:
    """What they lend, give, sell, offer, look for and recommend, and how those who are new say hello."""
    for kind in KINDS.values():
        for words, author in _shared_out(kind.kind, crowd):
            said_at, level = _moment_of(words, kind.lifetime), _circle(words, kind.levels)
            own: dict[str, object] | None = dict(words.get("own", {}))
            if kind.kind == Kind.RECOMMENDATION:
                own["experienced_in"] = (said_at - A_WHILE).date().replace(day=1).isoformat()
            if kind.kind == Kind.CARPOOL:
                own = ride_from(author.home, own, _chance(f"{words['title']}/way"))
                if own is None:
                    continue
            yield _shared(author, kind, words, level=level, own=own, said_at=said_at)


def _commutes(crowd: Sequence[Neighbour]) -> Iterator[Listing]:
    """Where those of the quarter that most of them live in drive on working days."""
    (quarter, _many), *_rest = Counter(one.home.neighbourhood_id for one in crowd).most_common()
    drivers, texts = [one for one in crowd if one.home.neighbourhood_id == quarter], cycle(_invention()["commute"])
    kind = KINDS[Kind.CARPOOL]
    for number, title, own in commutes([one.home for one in drivers], _invention()["commute_towns"], _chance):
        words = {"of": "shared_ride", "title": title, "text": next(texts)}
        said_at = _moment_of(words, kind.lifetime)
        yield _shared(drivers[number], kind, words, level=Level.MUNICIPALITY, own=own, said_at=said_at)


def _shared(
    author: Neighbour, kind: ExchangeKind, words: Mapping, *, level: Level, own: Mapping, said_at: datetime
) -> Listing:
    openness = Openness.PUBLIC if own and own.get("shared_beyond") else _openness(words)
    shared = share(
        home=author.home, kind=kind, category=words["of"], title=words["title"], text=words["text"], level=level,
        openness=openness if kind.opens(category=words["of"], level=level) else Openness.MEMBERS, own=own,
    )  # fmt: skip
    shared.published_at, shared.opens_at = said_at, shared.opens_at and said_at
    shared.closes_at = said_at + kind_of(shared).lifetime
    return shared


def _polls(crowd: Sequence[Neighbour]) -> Iterator[Poll]:
    """What they ask their quarter, with votes of others there."""
    by_quarter: dict[int | None, list[Neighbour]] = {}
    for neighbour in crowd:
        by_quarter.setdefault(neighbour.home.neighbourhood_id, []).append(neighbour)
    in_turn = (one for turn in zip_longest(*by_quarter.values()) for one in turn if one)
    for number, (words, author) in enumerate(zip(_invention()[Kind.POLL], in_turn, strict=False)):
        ends_on = timezone.localdate() + timedelta(days=FIRST_END + number * BETWEEN_ENDS)
        poll = ask_all(
            home=author.home, question=words["title"], choices=words["choices"], ends_on=ends_on,
            level=Level.NEIGHBOURHOOD,
        )  # fmt: skip
        poll.published_at = timezone.now() - timedelta(days=1 + number)
        for neighbour in _of_the_quarter(author, crowd)[:VOTERS]:
            choice = _chance(f"{words['title']}{neighbour.first_name}").randrange(len(poll.choices))
            vote(viewer=neighbour.viewer, public_id=poll.public_id, choice=choice)
        yield poll


def _help_out(crowd: Sequence[Neighbour]) -> None:
    """Let some ask for a helping hand, and others share out the week."""
    spare = iter(crowd)
    for words in _invention()["help"]:
        person = _named(words["by"]) if "by" in words else next(spare)
        friends = [_named(slug) for slug in words["friends"]] if "friends" in words else [next(spare), next(spare)]
        if person is None or None in friends:  # a visitor has moved one of them out
            continue
        asked = helping.ask(
            viewer=person.viewer, home=person.home, by="oneself", title=words["title"], text=words["text"]
        )
        for friend in friends:
            code = trusting.invite(viewer=person.viewer, public_id=asked.public_id, called=friend.first_name)
            trusting.join(viewer=friend.viewer, text=code)
        for weekday, time_of_day, *taken in words["visits"]:
            keeping = {"viewer": person.viewer, "public_id": asked.public_id}
            slot = visiting.plan(**keeping, weekday=weekday, time_of_day=time_of_day)
            for number in taken:
                visitor = {"viewer": friends[number].viewer, "public_id": asked.public_id, "slot": slot.public_id}
                visiting.take(**visitor)
                try:
                    visiting.say_done(**visitor)
                except InvalidParameter:  # its day has not come yet
                    continue


def _ride_along(crowd: Sequence[Neighbour], rides: Sequence[Carpool]) -> None:
    """Let one of the people to try out agree with others about rides."""
    driver, *others = (_named(slug) for slug in ("camille", "karim", "antoine"))
    if driver:
        neighbours = [one.viewer for one in (*others, crowd[0]) if one]
        agree_about_rides(driver=driver.viewer, neighbours=neighbours, rides=rides)


def _named(slug: str) -> Neighbour | None:
    account = Account.objects.filter(email=address_of(slug), is_active=True).first()
    return Neighbour.called(account) if account else None


def _of_the_quarter(author: Neighbour, crowd: Sequence[Neighbour]) -> list[Neighbour]:
    """Who lives in the same quarter, the author among them."""
    return [one for one in crowd if one.home.neighbourhood_id == author.home.neighbourhood_id]


def _shared_out(kind: str, crowd: Sequence[Neighbour]) -> Iterator[tuple[Mapping, Neighbour]]:
    """What is said in one kind, each by the next neighbour, who is another one in each kind."""
    authors = list(crowd)
    _chance(kind).shuffle(authors)
    return zip(_invention()[kind], cycle(authors), strict=False)


def _circle(words: Mapping, levels: Sequence[Level]) -> Level:
    """How far something goes."""
    possible = [level for level in levels if level in CIRCLES]
    return _chance(words["title"]).choices(possible, [CIRCLES[level] for level in possible])[0]


def _openness(words: Mapping) -> Openness:
    return Openness.MEMBERS if _chance(f"{words['title']}/open").randrange(OPEN_EVERY) else Openness.PUBLIC


def _moment_of(words: Mapping, lifetime: timedelta = SPOKEN) -> datetime:
    """When something was said that is still shown: on one of the last days, while people are up."""
    chance = _chance(f"{words['title']}/day")
    day = timezone.localdate() - timedelta(days=1 + chance.randrange(min(SPOKEN, lifetime).days - 2))
    return timezone.make_aware(datetime.combine(day, time(chance.randrange(7, 22), chance.randrange(60))))


def _chance(seed: str) -> random.Random:
    return random.Random(f"crowd/{seed}")  # noqa: S311 - nothing secret


@cache
def _invention() -> dict:
    return tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
