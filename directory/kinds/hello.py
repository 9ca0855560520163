"""A hello: who is new says a few words to the building or the quarter, and they are read on a day that was drawn.

The day is one of those left of the first three months, each as likely as any other, at one hour for all: whoever reads
it learns that someone came within three months, and not when.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.kinds.kind import ExchangeKind
from directory.models import Hello, Kind
from directory.saying_once import key_of
from geo.forms import Form
from scopes.models import Level, Membership
from scopes.viewer import Home

#: Thirteen weeks.
NEW_FOR = timedelta(days=91)
#: By the clock of the town.
HOUR = time(9)


class HelloForm(Form):
    """Words, and no columns of its own."""


def is_new(home: Home) -> bool:
    """Whether someone lives in a home, and entered it so lately that a day is left to say hello."""
    today, entered_on, _zone = _days_of(home)
    return home.lives_there and today < entered_on + NEW_FOR


def appears_at(home: Home) -> datetime:
    """Draw the moment from which a hello is read."""
    today, entered_on, zone = _days_of(home)
    return datetime.combine(drawn_day(today=today, entered_on=entered_on), HOUR, tzinfo=zone)


def drawn_day(*, today: date, entered_on: date) -> date:
    """Draw one of the days after today that are left of the first three months: each is as likely as any other."""
    return today + timedelta(days=1 + secrets.randbelow((entered_on + NEW_FOR - today).days))


def _days_of(home: Home) -> tuple[date, date, ZoneInfo]:
    """Return the day that it is where a home is, the day on which it was entered, and the clock of its town."""
    found = Membership.objects.values_list("entered_at", "residence__municipality__time_zone")
    entered_at, name = found.get(pk=home.membership_id)
    zone = ZoneInfo(name)
    return timezone.now().astimezone(zone).date(), entered_at.astimezone(zone).date(), zone


def _once(home: Home, level: Level, columns: Mapping[str, object]) -> str:
    """One for each circle of a home."""
    return key_of(who=home.alias_id, of=f"hello:{level}")


def _facts(told: Mapping[str, object]) -> list[str]:
    return [_("vient d’arriver")]


HELLO = ExchangeKind(
    kind=Kind.HELLO,
    model=Hello,
    slug="bonjour",
    name=gettext_lazy("Je viens d’arriver : je dis bonjour"),
    several=gettext_lazy("Bonjours"),
    about=gettext_lazy("Quelques mots à l’immeuble ou au quartier, lus un jour tiré au sort."),
    icon="teahouse",
    form=HelloForm,
    schema={},
    facts=_facts,
    lifetime=timedelta(days=30),
    levels=(Level.RESIDENCE, Level.VOISINAGE, Level.NEIGHBOURHOOD),
    most_photos=0,
    may_open=False,
    tells_where_and_when=False,
    renews=False,
    may_say=is_new,
    appears_at=appears_at,
    once=_once,
    said_already=gettext_lazy("Vous avez déjà dit bonjour ici."),
)
