"""Attests what was told to whom and when (*preuve d’information*): the content, spelled in one way, and its digest.

It says what an organisation sent and put up, and nothing of who read it; it is information, not a legal notification.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from datetime import date, datetime
from itertools import groupby
from operator import attrgetter

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from directory.audience_words import place_in_words
from directory.display_models import Display, Evidence
from directory.displaying import sheets_of
from directory.errors import TooMany
from directory.mailing_models import Mailing
from directory.notice_templates import sentences_of
from directory.notifying import check_decides, title_in_words
from geo.errors import NotFound
from geo.front_doors import names_of
from scopes.errors import Refused
from scopes.models import Account

#: Proofs of one mailing in a day: each keeps all that it says.
MOST_A_DAY = 20
#: Changed when the same facts are spelled otherwise.
FORM = 1
_DIGEST = re.compile("[0-9a-f]{64}")


@transaction.atomic
def attest(*, account: Account, mailing: Mailing) -> Evidence:
    """Attest something one's own organisation sent, as it stands now; on a day on which nothing changed, once.

    Raises `Refused` for what was never sent, and as `check_decides`; `TooMany`.
    """
    check_decides(account, mailing)
    if mailing.sent_at is None:
        raise Refused
    Mailing.objects.select_for_update(of=["self"]).get(pk=mailing.pk)
    now = timezone.now().replace(microsecond=0)
    with sheets_of(mailing) as sheets, translation.override("fr"):
        told = content_of(mailing, sheets, at=now)
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0)
    today = mailing.evidence.filter(made_at__gte=midnight)
    last = today.first()
    if last and json.loads(last.content) | {"made_at": told["made_at"]} == told:
        return last
    if today.count() >= MOST_A_DAY:
        raise TooMany(_("Vingt preuves de cet avis ont été faites aujourd’hui : reprenez demain."))
    content = spelled(told)
    return Evidence.objects.create(mailing=mailing, digest=digest_of(content), content=content, made_at=now)


def content_of(mailing: Mailing, sheets: Iterable[Display], *, at: datetime) -> dict:
    """Return all that is attested: what, by whom, when, to which residences and entrances, and what hung there."""
    own = mailing.mandate.organisation
    over = Mailing.objects.filter(restores=mailing, withdrawn_at=None).first()
    entrances = {
        residence: [_entrance(sheet) for sheet in those]
        for residence, those in groupby(sorted(sheets, key=attrgetter("residence_id")), key=attrgetter("residence_id"))
    }
    residences = mailing.residences.select_related("municipality").order_by("municipality__name", "pk")
    names = names_of(residences)
    return {
        "form": FORM,
        "made_at": _said(at),
        "mailing": str(mailing.handle),
        "organisation": {"name": own.name, "kind": own.get_kind_display(), "siret": own.siret},
        "title": title_in_words(mailing),
        "sentences": [] if mailing.restores_id else sentences_of(mailing.template, mailing.fields),
        "urgent": mailing.urgent,
        "second_reader": mailing.approved_by_id is not None,
        "written_at": _said(mailing.written_at),
        "sent_at": _said(mailing.sent_at),
        "withdrawn_at": _said(mailing.withdrawn_at),
        "over_at": _said(over and over.sent_at),
        "place": place_in_words(mailing) if mailing.area is not None else "",
        "homes": mailing.homes,
        "residences": [
            {
                "name": names[one.pk],
                "town": one.municipality.name,
                "homes": one.dwellings,
                "estimated": one.dwellings_estimated,
                "entrances": entrances.get(one.pk, []),
            }
            for one in residences
        ],
    }


def spelled(content: dict) -> str:
    """Write the content in the one spelling whose digest is taken: sorted keys, no spaces, UTF-8."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(content: str) -> str:
    """Return the SHA-256 of what is spelled, in hexadecimal."""
    return hashlib.sha256(content.encode()).hexdigest()


def found_by(digest: str) -> Evidence:
    """Find what was attested by its digest, however it was typed; raise `NotFound` for what is not, or was altered."""
    typed = "".join(digest.split()).lower()
    evidence = Evidence.objects.filter(digest=typed).first() if _DIGEST.fullmatch(typed) else None
    if evidence is None or digest_of(evidence.content) != typed:
        raise NotFound
    return evidence


def _entrance(sheet: Display) -> dict:
    return {
        "entrance": sheet.entrance,
        "hung_on": _said(sheet.hung_on),
        "hung_as": sheet.get_hung_as_display() if sheet.hung_on else "",
        "hung_noted_at": _said(sheet.hung_noted_at),
        "down_on": _said(sheet.down_on),
        "down_as": sheet.get_down_as_display() if sheet.down_on else "",
        "down_noted_at": _said(sheet.down_noted_at),
    }


def _said(moment: datetime | date | None) -> str:
    """Write a day, or a moment in the site's time zone to the second; nothing where there is none."""
    if isinstance(moment, datetime):
        return timezone.localtime(moment).isoformat(timespec="seconds")
    return moment.isoformat() if moment else ""
