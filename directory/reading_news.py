"""Makes news of the entries of a feed that an organisation keeps elsewhere, as if it had written them here.

What vanishes from the feed stays until its end, as a newspaper's page does; what its organisation took back stays so.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.contrib.gis.geos import Point
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.event_places import is_public_place
from directory.importing import cleaning
from directory.importing.event_drafting import MOST_READ
from directory.importing.news_feeds import ToldNews
from directory.importing.plain_words import plain_paragraphs
from directory.importing.report import Report
from directory.importing.rows import Ignored, Unreadable
from directory.known_news import KnownNews, stands
from directory.models import Listing, News, SyncedCalendar, SyncedNews
from directory.organisation_audiences import addressed
from directory.organisation_kinds import NEWS, NEWS_LIFETIME
from directory.organisation_publishing import pages_of, town_of
from directory.posting import take_all_back
from directory.publishing import publish, refresh_entries, refreshed_together
from geo.errors import ImportRefused
from geo.models import WGS84, Municipality
from geo.texts import LONGEST_TEXT, LONGEST_TITLE, legible
from scopes.models import Organisation

#: What is older is no news any more.
OLDEST = timedelta(days=60)
#: Entries of a feed that are looked at, the latest.
MOST_TAKEN = 100
#: In the report of a reading: whether what was found is shown since, or was looked at only.
SHOWN = "shown"
#: A clock may be a little ahead of ours.
AHEAD = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsDraft:
    """An entry as it will be read."""

    number: str
    key: str
    title: str
    text: str
    website: str
    published: datetime
    #: Of a public place in the town; else the organisation's own, or none.
    point: Point | None
    dropped: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """What stands for all that is shown of it."""
        said = [self.title, self.text, self.website, self.point and self.point.wkt]
        return hashlib.md5(json.dumps(said).encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True, slots=True)
class Speaker:
    """For whom news is told, from which of its pages and in which town."""

    organisation: Organisation
    place: Listing | None
    town: Municipality


@dataclass(frozen=True, slots=True)
class Said:
    """What an organisation says already, read once for a whole feed: by hand here, or through another feed."""

    #: Titles of what stands, without regard to capitals.
    titles: frozenset[str]
    #: How much was said in each month by the clock of the town; what was taken back counts.
    months: Counter[tuple[int, int]]
    zone: ZoneInfo

    def month(self, moment: datetime) -> tuple[int, int]:
        """The month of a moment, by the clock of the town."""
        there = moment.astimezone(self.zone)
        return there.year, there.month

    def is_full(self, *moments: datetime) -> bool:
        """Whether as much was said in the month of any of these as an organisation may say."""
        return any(self.months[self.month(one)] >= NEWS.most_a_month for one in moments)


def speaker_of(organisation: Organisation) -> Speaker:
    """Return who speaks, as where news is written by hand; raise `ImportRefused` for who gives no news."""
    if organisation.kind not in NEWS.admitted or organisation.admitted_at is None:
        raise ImportRefused(_("C’est un fil de nouvelles : une association ou une mairie admise en donne."))
    pages = [] if organisation.municipality_id else pages_of(organisation, NEWS)
    place = pages[0] if pages else None
    town = town_of(organisation, place)
    if town is None:
        raise ImportRefused(_("Tenez d’abord la fiche de votre association : ses nouvelles partent de là."))
    return Speaker(organisation, place, town)


def drafts_of(told: Iterable[ToldNews | Unreadable], speaker: Speaker) -> list[NewsDraft | Unreadable | Ignored]:
    """Judge the entries of a feed, the latest first; of what is old or too much, say that it is left out."""
    read = list(told)
    found: list[NewsDraft | Unreadable | Ignored] = [one for one in read if isinstance(one, Unreadable)]
    now, entries, seen = timezone.now(), [one for one in read if isinstance(one, ToldNews)], set()
    for one in sorted(entries, key=lambda entry: entry.published, reverse=True):
        if one.published < now - OLDEST:
            found.append(Ignored(one.number, _("de plus de soixante jours")))
        elif len(seen) >= MOST_TAKEN:
            found.append(Ignored(one.number, _("au-delà des cent plus récentes")))
        elif one.key in seen:
            found.append(Unreadable(one.number, _("identifiant déjà lu plus haut"), one.key))
        else:
            seen.add(one.key)
            found.append(_judged(one, speaker, now))
    return found


def write_news(calendar: SyncedCalendar, found: Iterable[NewsDraft | Unreadable | Ignored], speaker: Speaker) -> Report:
    """Write what is new and what changed, in the caller's transaction, and return what became of each entry.

    What the first reading finds since the feed is kept was said on its day; what a later one finds is said now, so that
    letters tell it.
    """
    report, found = Report(), list(found)
    said = _said(calendar, speaker)
    known = KnownNews(calendar, [one for one in found if isinstance(one, NewsDraft)], said.zone)
    now = timezone.now() if calendar.report.get(SHOWN) else None
    with refreshed_together():
        for one in found:
            report.read += 1
            if isinstance(one, Unreadable):
                report.reject(one)
            elif isinstance(one, Ignored):
                report.ignore(one)
            else:
                for reason in one.dropped:
                    report.dropped[reason].append(one.number)
                _write(calendar, one, known, speaker, said, now or one.published, report)
    return report


def take_news_back(calendar: SyncedCalendar) -> int:
    """Take back all news that came from a feed and is not over; return how many were still shown."""
    own = News.objects.filter(pk__in=calendar.news.values("listing"))
    shown = own.live().count()
    # What is hidden or paused too: nothing of it comes back.
    take_all_back(list(own.filter(withdrawn_at=None, closes_at__gt=timezone.now()).values_list("pk", flat=True)))
    return shown


def _judged(told: ToldNews, speaker: Speaker, now: datetime) -> NewsDraft | Unreadable:
    title = legible(plain_paragraphs(told.title[: 8 * LONGEST_TITLE], longest=8 * LONGEST_TITLE))
    if not title:
        return Unreadable(told.number, _("sans titre"), told.key)
    if told.published > now + AHEAD:
        return Unreadable(told.number, _("date à venir"), told.key)
    dropped: list[str] = []
    if len(title) > LONGEST_TITLE:
        title = title[: LONGEST_TITLE - 1].rstrip() + "…"
        dropped.append(_("titre coupé"))
    text = plain_paragraphs(told.text[:MOST_READ], longest=MOST_READ)
    if len(text) > LONGEST_TEXT or len(told.text) > MOST_READ:
        text = text[: LONGEST_TEXT - 1].rstrip() + "…"
        dropped.append(_("texte coupé"))
    return NewsDraft(
        number=told.number,
        key=told.key,
        title=title,
        text=text,
        website=_website(told.website, dropped),
        published=min(told.published, now),
        point=_point(told, speaker, dropped),
        dropped=tuple(dropped),
    )


def _website(told: str, dropped: list[str]) -> str:
    if told and not told.lower().startswith("https://"):
        dropped.append(_("lien laissé de côté : il ne commence pas par https://"))
        return ""
    website = cleaning.website(told[:1_000])
    if told and not website:
        dropped.append(_("lien laissé de côté : ce n’est pas l’adresse d’un site ouvert à tous"))
    return website


def _point(told: ToldNews, speaker: Speaker, dropped: list[str]) -> Point | None:
    """The point of a public place of the town; else that of the page it speaks from, never of what may be a home."""
    own = speaker.place.location if speaker.place else None
    if told.longitude is None or told.latitude is None:
        return own
    inside = -180 <= told.longitude <= 180 and -90 <= told.latitude <= 90
    point = Point(told.longitude, told.latitude, srid=WGS84) if inside else None
    in_town = point and Municipality.objects.covering(point).filter(pk=speaker.town.pk).exists()
    if in_town and is_public_place(told.place[:1_000], ""):
        return point
    dropped.append(_("lieu peut-être privé, ou hors de la commune : non montré"))
    return own


def _write(
    calendar: SyncedCalendar,
    draft: NewsDraft,
    told_before: KnownNews,
    speaker: Speaker,
    said: Said,
    moment: datetime,
    report: Report,
) -> None:
    known = told_before.of(draft)
    if known is None and (draft.title.casefold() in said.titles or told_before.is_kept_from(draft)):
        report.merged += 1
    elif known is None and said.is_full(draft.published, moment):
        report.ignore(Ignored(draft.number, _("plus de vingt nouvelles ce mois-là")))
    elif known is None:
        report.added += 1
        said.months[said.month(moment)] += 1
        made = _publish(calendar, draft, speaker, moment)
        SyncedNews.objects.create(calendar=calendar, listing=made, key=draft.key, digest=draft.digest)
    elif known.digest == draft.digest or not stands(known):
        report.unchanged += 1
    else:
        report.changed += 1
        _change(known, draft)


def _publish(calendar: SyncedCalendar, draft: NewsDraft, speaker: Speaker, moment: datetime) -> News:
    made = publish(
        category=NEWS.category,
        title=draft.title,
        description=draft.text,
        website=draft.website,
        location=draft.point,
        municipality=speaker.town,
        place=speaker.place,
        organisation=speaker.organisation,
        closes_at=draft.published + NEWS_LIFETIME,
        **addressed(to=calendar.to, quarter=None, place=speaker.place, town=speaker.town),
    )
    # The column tells when a row was made, unless it is told otherwise.
    Listing.objects.filter(pk=made.pk).update(published_at=moment)
    return made


def _change(known: SyncedNews, draft: NewsDraft) -> None:
    said = known.listing
    said.title, said.description, said.website, said.location = draft.title, draft.text, draft.website, draft.point
    said.save(update_fields=["title", "description", "website", "location"])
    refresh_entries([said.pk])
    known.digest = draft.digest
    known.save(update_fields=["digest"])


def _said(calendar: SyncedCalendar, speaker: Speaker) -> Said:
    zone = ZoneInfo(speaker.town.time_zone)
    news, now = News.objects.filter(organisation=speaker.organisation), timezone.now()
    standing = news.filter(withdrawn_at=None, closes_at__gt=now).exclude(pk__in=calendar.news.values("listing"))
    said = Said(frozenset(one.casefold() for one in standing.values_list("title", flat=True)), Counter(), zone)
    # From before the first day of the month that the oldest entry is of.
    lately = news.filter(published_at__gte=now - OLDEST - timedelta(days=32))
    said.months.update(said.month(moment) for moment in lately.values_list("published_at", flat=True))
    return said
