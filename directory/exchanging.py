"""Shares something with neighbours - a service, a thing, a hand -, changes it, renews it, and takes it back.

What is particular to a kind is in `directory.kinds`; who is addressed, and from where, is as for a word
(`directory.posting`). The residence must be opened (`scopes.second_lock`), as it is for a request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory import posting, spreading
from directory.attaching import attach, drawn_for
from directory.exchange_models import TAKEN
from directory.kinds import ExchangeKind, kind_of, renews
from directory.models import Category, Exchange
from directory.own_exchanges import held
from directory.publishing import refresh_entries
from geo.catchments import Catchment
from geo.errors import InvalidParameter, NotFound
from geo.models import Municipality
from geo.texts import one_line, paragraphs
from scopes.models import Level, Openness
from scopes.viewer import Home, Viewer


@transaction.atomic
def share(
    *,
    home: Home,
    kind: ExchangeKind,
    category: str,
    title: str,
    level: str,
    text: str = "",
    openness: str = Openness.MEMBERS,
    catchment: Catchment | None = None,
    own: Mapping[str, object],
    photos: Sequence[bytes] = (),
    inside: bool = False,
) -> Exchange:
    """Share something with a circle of one's home or a zone, for as long as its kind lives.

    `own` is what was filled in of the kind's own form. A request whose level is `spreading.SPREAD` spreads by itself;
    `inside`, it is said in the residence too, as a thing apart that nothing links to it. Raises `NotProved`, `TooMany`,
    and `InvalidParameter` naming what is not valid.
    """
    columns = _words(kind, category=category, title=title, text=text, own=own)
    spreads = level == spreading.SPREAD
    if spreads and not is_request(kind, columns):
        raise InvalidParameter("level", _("Seule une demande va de proche en proche."))
    if spreads and inside and home.lives_there:
        share(
            home=home,
            kind=kind,
            category=category,
            title=title,
            level=Level.RESIDENCE,
            text=text,
            own=own,
            photos=photos,
        )
    level = Level.CATCHMENT if spreads else posting.level_of(home, level, catchment)
    if level not in [posting.heard_at(home, one) for one in kind.levels]:
        raise InvalidParameter("level", _("Cela ne se dit pas si loin."))
    may_open = not spreads and kind.opens(category=category, level=level)
    if openness != Openness.MEMBERS and not may_open:
        raise InvalidParameter("openness", _stays())
    if openness != Openness.PUBLIC:
        if may_open and (wanted := [name for name in kind.only_open if columns[name]]):
            raise InvalidParameter(wanted[0], _("Seulement avec « Le montrer aussi à tout le monde »."))
        columns |= dict.fromkeys(kind.only_open, False)
    drawn = drawn_for(kind, photos)
    columns |= {"openness": openness, "catchment": catchment and catchment.area}
    shared = _say(kind, home=home, level=level, spreads=spreads, **columns)
    if not shared.photos.exists():  # pressed twice, it has them already
        attach(shared, drawn)
    return shared


def is_request(kind: ExchangeKind, columns: Mapping[str, object]) -> bool:
    """Whether something is looked for: what spreads by itself."""
    return kind.is_request is not None and kind.is_request(columns)


def opens(exchange: Exchange) -> bool:
    """Whether its author may open it to everyone; what spreads by itself goes its way."""
    kind = kind_of(exchange)
    return not exchange.spreads and kind.opens(category=exchange.category.code, level=exchange.level)


def _say(kind: ExchangeKind, *, home: Home, level: Level, spreads: bool = False, **columns: object) -> Exchange:
    """Say it as its kind is said: at once, from the hour for all, or on a day that is drawn; often, or once."""
    if not kind.may_say(home):
        raise InvalidParameter("level", _("Cela ne se dit pas de chez vous."))
    if kind.completed:
        columns = kind.completed(home, columns)
    zone = Municipality.objects.values_list("time_zone", flat=True).get(pk=home.municipality_id)
    if kind.check:
        kind.check(columns, zone)
    opens_at: datetime | None = kind.appears_at(home) if kind.appears_at else None
    if spreads:
        opens_at = spreading.begins_at(home)
        columns |= {"spreads": True, "catchment": spreading.nowhere()}
    closes_at = _closes_at(kind, columns, zone, since=opens_at or timezone.now(), spreads=spreads)
    moments = {"opens_at": opens_at, "closes_at": closes_at}
    if kind.once is None:
        said = posting.say(kind.model, home=home, kind=kind.kind, level=level, **moments, **columns)
        if spreads:
            spreading.begin(said)
        return said
    once = kind.once(home, level, columns)
    try:
        with transaction.atomic():  # two at once meet at the constraint
            return posting.say(kind.model, home=home, kind=kind.kind, level=level, once=once, **moments, **columns)
    except IntegrityError as error:
        raise InvalidParameter("title", str(kind.said_already)) from error


def _closes_at(
    kind: ExchangeKind, columns: Mapping[str, object], time_zone: str, *, since: datetime, spreads: bool
) -> datetime:
    """When it is no longer shown: after as long as its kind lives, or once it is over by itself."""
    lifetime = min(kind.lifetime, spreading.LIFETIME) if spreads else kind.lifetime
    return min(since + lifetime, kind.over_at(columns, time_zone) or since + lifetime)


@transaction.atomic
def edit(
    *,
    viewer: Viewer,
    public_id: UUID,
    category: str,
    title: str,
    own: Mapping[str, object],
    text: str = "",
    photos: Sequence[bytes] = (),
    without: Sequence[str] = (),
) -> Exchange:
    """Change what one shares, `without` some of its photos; what it becomes may have to stay with members, and does."""
    exchange = held(viewer, public_id)
    kind = kind_of(exchange)
    attached = dict(exchange.photos.values_list("public_id", "pk"))
    going = [pk for name, pk in attached.items() if str(name) in without]
    drawn = drawn_for(kind, photos, beside=len(attached) - len(going))
    if kind.fixed:
        category, title = exchange.category.code, exchange.title
    standing = {name: getattr(exchange, name) for name in kind.fixed & kind.schema.keys()}
    zone = exchange.municipality.time_zone
    was_over = kind.over_at(vars(exchange), zone)
    words = _words(kind, category=category, title=title, text=text, own=own, standing=standing)
    for name, value in words.items():
        setattr(exchange, name, value)
    _check(kind, exchange)
    if was_over or kind.over_at(vars(exchange), zone):
        # What was over by itself, and now goes on, lives as long as anything that is said today.
        exchange.closes_at = _closes_at(kind, vars(exchange), zone, since=timezone.now(), spreads=exchange.spreads)
        exchange.reminded_at = None
    if exchange.spreads and not is_request(kind, vars(exchange)):
        raise InvalidParameter("level", _("Ce qui va de proche en proche reste une demande."))
    if not kind.opens(category=category, level=exchange.level):
        exchange.openness = Openness.MEMBERS
    _close_the_rest(exchange)
    exchange.save()
    exchange.photos.filter(pk__in=going).delete()
    attach(exchange, drawn)
    refresh_entries([exchange.pk])
    return exchange


def _check(kind: ExchangeKind, exchange: Exchange) -> None:
    """Refuse columns that cannot go together, or that would break what was agreed."""
    if kind.check:
        kind.check(vars(exchange), exchange.municipality.time_zone)
    if kind.keeps:
        kind.keeps(exchange)


@transaction.atomic
def open_to(*, viewer: Viewer, public_id: UUID, openness: str) -> Exchange:
    """Open what one shares to everyone, without a name, or keep it for the members again."""
    exchange = held(viewer, public_id)
    if openness not in Openness.values or (openness == Openness.PUBLIC and not opens(exchange)):
        raise InvalidParameter("openness", _stays())
    exchange.openness = openness
    exchange.save(update_fields=["openness", *_close_the_rest(exchange)])
    refresh_entries([exchange.pk])
    return exchange


def _close_the_rest(exchange: Exchange) -> list[str]:
    """Take back what its author said yes to while everyone could read it, once they cannot; name those columns."""
    if exchange.openness == Openness.PUBLIC:
        return []
    closed = sorted(kind_of(exchange).only_open)
    for name in closed:
        setattr(exchange, name, False)
    return closed


@transaction.atomic
def renew(*, viewer: Viewer, public_id: UUID) -> Exchange:
    """Show it for as long again from now on; it keeps its place among what was said, by its first day."""
    exchange = held(viewer, public_id)
    if not renews(exchange):
        raise NotFound
    kind, zone = kind_of(exchange), exchange.municipality.time_zone
    exchange.closes_at = _closes_at(kind, vars(exchange), zone, since=timezone.now(), spreads=exchange.spreads)
    exchange.reminded_at = None
    exchange.save(update_fields=["closes_at", "reminded_at"])
    refresh_entries([exchange.pk])
    return exchange


@transaction.atomic
def share_again(*, home: Home, paused: Exchange) -> Exchange:
    """Share anew, from another home, what pauses since its author left one; a zone was around that home.

    What spreads by itself begins again, around the new one.
    """
    kind = kind_of(paused)
    own = [name for name in kind.schema if name not in TAKEN]
    level = Level.VOISINAGE if paused.level == Level.CATCHMENT else paused.level
    shared = _say(
        kind,
        home=home,
        level=Level.CATCHMENT if paused.spreads else posting.level_of(home, level, None),
        spreads=paused.spreads,
        **{name: getattr(paused, name) for name in ("category", "title", "description", "openness", *own)},
    )
    for photo in paused.photos.all():
        photo.pk, photo.public_id, photo.listing, photo.residence_id = None, uuid4(), shared, shared.residence_id
        photo.save()
    return shared


@transaction.atomic
def withdraw(*, viewer: Viewer, public_id: UUID) -> Exchange:
    """Take back what one shares."""
    exchange = held(viewer, public_id)
    if let_go := kind_of(exchange).let_go:
        let_go(exchange, done=False)
    return posting.take_back(exchange)


def _words(
    kind: ExchangeKind,
    *,
    category: str,
    title: str,
    text: str,
    own: Mapping[str, object],
    standing: Mapping[str, object] = MappingProxyType({}),
) -> dict[str, object]:
    """Return the columns that its author fills in, checked; what is `standing` is fixed, and asked for no more."""
    if not kind.has_category(category):
        raise InvalidParameter("category", _("Choisissez ce que c’est."))
    form = kind.form(own, initial=standing)
    for name in standing:
        form.fields[name].disabled = True
    if not form.is_valid():
        parameter, messages = next(iter(form.errors.items()))
        raise InvalidParameter(parameter, messages[0])
    return {
        "category": Category.objects.get(code=category),
        "title": one_line(title, parameter="title", shortest=0 if kind.names_itself else 1),
        "description": paragraphs(text, parameter="text", shortest=0),
        **form.cleaned_data,
    }


def _stays() -> str:
    return _("Cela reste entre habitants vérifiés.")
