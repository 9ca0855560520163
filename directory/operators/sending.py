"""What a program does, as the person who made its key: try a notice out, send it, find what was sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from math import ceil

from django.db import transaction
from django.db.models import Exists, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.errors import KeyCannot, TooFast, TooMany
from directory.models import Mailing
from directory.notice_audiences import right_under
from directory.notice_templates import read_fields
from directory.notifying import (
    CONFIRMATION,
    check_may_say,
    check_not_too_many,
    held,
    notify,
    wants_second_person,
)
from directory.operators.bodies import Asked
from directory.operators.meant import check_all_within, meant_by, within_a_mandate
from directory.operators.told import told_try
from geo.errors import InvalidParameter
from scopes.errors import Refused
from scopes.models import Acting, ApiKey
from scopes.organisations.proposing import acting_as


def mailings_of(key: ApiKey) -> QuerySet[Mailing]:
    """The notices of the key's organisation, by whichever hand; only its maker's where they write within quarters."""
    acting = Acting.objects.filter(account=key.made_by_id, organisation=key.organisation_id, ended_at=None)
    own = Q(Exists(acting.filter(everywhere=True))) | Q(written_by=key.made_by_id)
    return _sent_by(key).notices().filter(own).select_related("mandate", "restores", "restored_by", "read_figure")


def _sent_by(key: ApiKey) -> QuerySet[Mailing]:
    return Mailing.objects.filter(mandate__organisation=key.organisation_id)


@transaction.atomic
def try_out(asked: Asked, *, key: ApiKey) -> dict:
    """Tell what would be sent, and write nothing.

    Raises as `send` does, but for ids that are unknown or outside the mandate, which it tells.
    """
    second = _check_urgent(asked, key)
    meant = meant_by(asked)
    within = within_a_mandate(asked, meant, key=key)
    with _told_to_programs(asked, key):
        mandate = held(key.made_by, within.mandate)
        check_may_say(mandate.organisation, asked.reason.template.code, urgent=asked.urgent)
        zone = right_under(mandate, acting_as(key.made_by, key.organisation)).time_zone
        fields = read_fields(asked.reason.template, asked.fields, now=timezone.now(), time_zone=zone)
        check_not_too_many(mandate.organisation)
    return told_try(asked.reason, fields, meant, within, urgent=asked.urgent, waits_for_approval=second)


@transaction.atomic
def send(asked: Asked, *, key: ApiKey) -> Mailing:
    """Send it; all of it, or nothing.

    Raises `InvalidParameter` pointing at a member, `KeyCannot` for what the key or the organisation may not, `TooFast`
    where it wrote enough today.
    """
    _check_urgent(asked, key)
    meant = meant_by(asked)
    within = within_a_mandate(asked, meant, key=key)
    audience = check_all_within(asked, meant, within)
    with _told_to_programs(asked, key):
        mailing = notify(
            account=key.made_by,
            mandate=within.mandate,
            audience=audience,
            template=asked.reason.template.code,
            data=asked.fields,
            urgent=asked.urgent,
            confirmation=CONFIRMATION if asked.urgent and key.may_be_urgent else "",
        )
    mailing.api_key = key
    mailing.save(update_fields=["api_key"])
    return mailings_of(key).get(pk=mailing.pk)


@contextmanager
def _told_to_programs(asked: Asked, key: ApiKey) -> Iterator[None]:
    """Say what the deed refuses as this API does: a member is pointed at, and when to try again is told."""
    try:
        yield
    except InvalidParameter as error:
        raise InvalidParameter(_pointer(error.parameter, asked), str(error)) from error
    except Refused as error:
        raise KeyCannot(str(error)) from error
    except TooMany as error:
        raise TooFast(_until_tomorrow(key), _("Votre organisme a beaucoup écrit aujourd’hui.")) from error


def _check_urgent(asked: Asked, key: ApiKey) -> bool:
    """Whether a second person has to read it first; raise `KeyCannot` where nobody confirmed urgent notices."""
    if not asked.urgent:
        return False
    if not asked.reason.template.may_be_urgent:
        raise InvalidParameter("/urgent", _("Un avis de cette sorte n’est jamais urgent."))
    second = wants_second_person(key.organisation, but=key.made_by)
    if not second and not key.may_be_urgent:
        raise KeyCannot(_("Cette clé n’envoie pas d’avis urgents : celui qui l’a faite ne l’a pas confirmé."))
    return second


def _until_tomorrow(key: ApiKey) -> int:
    """Return in how many seconds the oldest notice of the last day is older than a day."""
    day, now = timedelta(days=1), timezone.now()
    oldest = _sent_by(key).filter(written_at__gt=now - day).order_by("written_at").first()
    return ceil((oldest.written_at + day - now).total_seconds()) if oldest else 1


def _pointer(parameter: str, asked: Asked) -> str:
    """Point at the member that a deed found wrong."""
    if parameter in asked.reason.parameters:
        return f"/fields/{parameter}"
    members = {"template": "/reason", "urgent": "/urgent", "confirmation": "/urgent"}
    return members.get(parameter, f"/audience/{asked.kind}")
