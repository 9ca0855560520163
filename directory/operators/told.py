"""What a program is told of a notice: buildings and homes by public data, and where it stands; never of readers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from django.db.models import Count, Sum
from django.urls import reverse
from django.utils import timezone

from directory.counting_reads import STEP
from directory.display_models import Display
from directory.models import Mailing
from directory.notice_audiences import Audience
from directory.notice_templates import closes_at, sentences_of, title_of
from directory.notifying import title_in_words
from directory.operators.meant import MOST_LISTED, Meant, Within
from directory.operators.reasons import Reason, in_each_language, reason_of
from directory.telling_reads import figure_of
from geo.catchments import cells_covered
from geo.models import Residence
from scopes import second_lock
from scopes.organisations.covering import cells_under


def told_mailing(mailing: Mailing) -> dict:
    """Tell where something sent stands."""
    return told_mailings([mailing])[0]


def told_mailings(mailings: Sequence[Mailing]) -> list[dict]:
    """Tell where each stands; residences and posters are counted for all at once (one by one: 700 queries for 100)."""
    told = Mailing.residences.through.objects.filter(mailing__in=mailings)
    residences = dict(told.values_list("mailing").annotate(Count("pk")))
    with second_lock.opened(set(told.values_list("residence", flat=True))):
        counted = Display.objects.filter(mailing__in=mailings).order_by().values_list("mailing")
        counts = counted.annotate(Count("pk"), Count("hung_on"), Count("down_on"))
        posters = {mailing: _posters(*numbers) for mailing, *numbers in counts}
    none = _posters(0, 0, 0)
    return [_told(one, residences.get(one.pk, 0), posters.get(one.pk, none)) for one in mailings]


def _told(mailing: Mailing, residences: int, posters: dict) -> dict:
    restores, restored = mailing.restores, getattr(mailing, "restored_by", None)
    return {
        "id": str(mailing.handle),
        "url": reverse("notice-status", args=[mailing.handle]),
        "reason": reason_of(mailing),
        "title": in_each_language(lambda: title_in_words(mailing)),
        "urgent": mailing.urgent,
        "state": state_of(mailing, timezone.now()),
        "mandate": str(mailing.mandate.handle),
        "mandate_is_over": mailing.mandate.is_over,
        "written_at": _moment(mailing.written_at),
        "waits_for_approval": _waits(mailing),
        "readable_from": _moment(mailing.sent_at),
        "closes_at": None if mailing.restores_id else _moment(closes_at(mailing.template, mailing.fields)),
        "withdrawn_at": _moment(mailing.withdrawn_at),
        "all_clear": restored and {"id": str(restored.handle), "readable_from": _moment(restored.sent_at)},
        "all_clear_of": restores and str(restores.handle),
        "public": mailing.area is not None,
        "residences": residences,
        "homes": mailing.homes,
        "posters": posters,
        "said_read": _said_read(mailing),
    }


def state_of(mailing: Mailing, now: datetime) -> str:
    """Say in a word where something sent stands."""
    if mailing.withdrawn_at:
        return "withdrawn"
    if mailing.sent_at is None:
        return "waiting_for_approval"
    if hasattr(mailing, "restored_by"):
        return "restored"
    return "sending" if mailing.sent_at > now else "sent"


def told_try(reason: Reason, fields: dict[str, str], meant: Meant, within: Within, **more: object) -> dict:
    """Tell what would be sent, to how many homes by public data, and what lies outside."""
    audience = within.audience
    refuses = bool(meant.unknown or (meant.one_by_one and within.outside.number) or audience is None)
    return {
        "dry_run": True,
        "would_send": not refuses,
        "reason": reason.code,
        **more,
        "mandate": str(within.mandate.handle),
        "public": bool(audience and audience.is_public),
        "residences": _residences(audience),
        "homes": _homes(audience, within),
        "outside": {"number": within.outside.number, "ids": within.outside.ids[:MOST_LISTED]},
        "unknown": {"number": len(meant.unknown), "ids": meant.unknown[:MOST_LISTED]},
        "notes": [str(note) for note in audience.notes] if audience else [],
        "preview": in_each_language(lambda: _preview(reason, fields)),
    }


def _preview(reason: Reason, fields: dict[str, str]) -> dict:
    code = reason.template.code
    return {"title": title_of(code, fields), "sentences": sentences_of(code, fields)}


def _residences(audience: Audience | None) -> dict:
    numbers = audience.residence_ids if audience else ()
    told = Residence.objects.filter(pk__in=numbers).order_by("key")
    columns = told.values_list("key", "dwellings", "dwellings_estimated")[:MOST_LISTED]
    listed = [{"id": key, "homes": homes, "estimated": estimated} for key, homes, estimated in columns]
    return {"number": len(numbers), "listed": listed}


def _homes(audience: Audience | None, within: Within) -> dict:
    """Homes by public data: those that are known, and those that are estimated, or a part of a building's."""
    if audience is None:
        return {"total": 0, "known": 0, "estimated": 0}
    if audience.is_public:
        counted = cells_covered(audience.area).filter(pk__in=cells_under(within.mandate).values("pk"), estimated=False)
    else:
        whole = set(audience.residence_ids) - set(audience.entrances)
        counted = Residence.objects.filter(pk__in=whole, dwellings_estimated=False)
    known = min(counted.aggregate(homes=Sum("dwellings"))["homes"] or 0, audience.homes)
    return {"total": audience.homes, "known": known, "estimated": audience.homes - known}


def _posters(entrances: int, up: int, down: int) -> dict:
    """Sheets to hang, one for each entrance, and how many were said to be put up and taken down again."""
    return {"entrances": entrances, "put_up": up, "taken_down": down}


def _said_read(mailing: Mailing) -> dict | None:
    """The one figure of "J'ai lu", in percent of the homes, or why there is none; nothing before it is counted."""
    figure = figure_of(mailing)
    if figure is None:
        return None
    from_ = int(figure.said) if figure.said.isdecimal() else None
    share = None if from_ is None else {"from": from_, "to": from_ + STEP}
    return {"counted_on": figure.counted_on.isoformat(), "share": share, "silent": None if share else figure.said}


def _waits(mailing: Mailing) -> bool:
    return mailing.sent_at is None and mailing.withdrawn_at is None


def _moment(at: datetime | None) -> str | None:
    return at and at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
