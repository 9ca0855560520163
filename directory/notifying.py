"""An organisation tells homes something under its mandate: written, approved, sent, taken back, said to be over.

What is sent can be read two minutes later, and taken back until then without anyone having read it. Nothing here asks
who lives anywhere, or whether anyone does. To whom it goes is resolved in `directory.notice_audiences`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from directory.announcements import announce, call_off, call_off_under
from directory.displaying import prepare
from directory.errors import TooMany
from directory.mailing_models import POLL
from directory.models import Listing, Mailing
from directory.notice_audiences import Audience, audience_of, right_under
from directory.notice_readers import residences_told
from directory.notice_templates import (
    TEMPLATES,
    Template,
    closes_at,
    read_fields,
    restored_title,
    sentences_of,
    template_of,
    title_of,
)
from directory.publishing import refresh_entries
from directory.putting_notices import AUDIENCE, columns_of, put
from geo.errors import InvalidParameter, NotFound
from geo.locks import Lock
from geo.models import Residence
from scopes import second_lock
from scopes.errors import Refused
from scopes.models import Account, Acting, Mandate, Organisation
from scopes.organisations.proposing import acting_as, acting_for
from scopes.subscriptions.requiring import require_subscription

#: How long what was sent can be taken back before anyone reads it.
UNDO = timedelta(minutes=2)
#: What is over stays said for so long.
RESTORED_SHOWN = timedelta(days=1)
#: Mailings of one organisation in a day.
MOST_A_DAY = 20
#: What someone alone types to send an urgent notice.
CONFIRMATION = "URGENT"
#: Templates that belong to the managing agent.
OF_AN_AGENT = ("meeting", "decisions")


#: Two at once, under two mandates of one organisation, are counted one after the other.
_SENT_TODAY = Lock("mailings of an organisation in a day")


def mandates_of(account: Account) -> list[Mandate]:
    """The mandates in force of the organisations that the account acts for."""
    in_force = Mandate.objects.in_force().filter(organisation__in=acting_for(account))
    return list(in_force.select_related("organisation").order_by("organisation__name", "pk"))


@transaction.atomic
def notify(
    *,
    account: Account,
    mandate: Mandate,
    audience: Audience,
    template: str,
    data: Mapping[str, object],
    urgent: bool = False,
    confirmation: str = "",
    answers_invited: bool = False,
    once: bool = False,
) -> Mailing:
    """Tell an audience of a mandate something; an urgent one waits for a second person where the organisation has two.

    With `once`, the same words to the same homes while they can be taken back are one button pressed twice.

    The audience is resolved again while the mandate is held: what was resolved before may have changed meanwhile.
    Raises `Refused` without a mandate in force, `InvalidParameter` naming the field, `TooMany`.
    """
    mandate = held(account, mandate)
    acting = acting_as(account, mandate.organisation)
    audience = audience_of(mandate=mandate, acting=acting, to=audience.to, parameters=audience.parameters)
    check_may_say(mandate.organisation, template, urgent=urgent)
    fields = read_fields(template, data, now=timezone.now(), time_zone=right_under(mandate, acting).time_zone)
    if urgent and not template_of(template).may_be_urgent:
        raise InvalidParameter("urgent", _("Un avis de cette sorte n’est jamais urgent."))
    second = wants_second_person(mandate.organisation, but=account)
    if urgent and not second and confirmation.strip().upper() != CONFIRMATION:
        raise InvalidParameter("confirmation", _("Pour un avis urgent, écrivez %s.") % CONFIRMATION)
    columns = {"template": template, "urgent": urgent, "answers_invited": answers_invited}
    if once and (before := _just_pressed(account, mandate, audience, fields, columns)):
        return before
    check_not_too_many(mandate.organisation)
    mailing = Mailing.objects.create(
        mandate=mandate,
        written_by=account,
        fields=fields,
        **columns,
        **columns_of(audience),
    )
    mailing.residences.set(audience.residence_ids)
    prepare(mailing, audience.residence_ids, only=audience.entrances)
    return mailing if urgent and second else _send(mailing)


def _just_pressed(
    account: Account, mandate: Mandate, audience: Audience, fields: dict[str, str], columns: dict[str, object]
) -> Mailing | None:
    """Find the same words of the same person to the same homes, written while they can be taken back."""
    same = {**columns, "to": audience.to, "audience": dict(audience.parameters)}
    pressed = Mailing.objects.filter(mandate=mandate, written_by=account, written_at__gt=timezone.now() - UNDO)
    pressed = pressed.filter(**same, withdrawn_at=None, restores=None, api_key=None)
    return next((one for one in pressed if _typed(one.fields) == _typed(fields)), None)


def _typed(fields: Mapping[str, str]) -> dict[str, str]:
    """Leave out what a template notes by itself, of the second at which the button was pressed."""
    return {name: value for name, value in fields.items() if name != "shown_from"}


def wants_second_person(organisation: Organisation, *, but: Account) -> bool:
    """Whether an urgent notice waits for someone else to read it: who writes within quarters decides about no other."""
    return organisation.actings.filter(ended_at__isnull=True, everywhere=True).exclude(account=but).exists()


def templates_of(organisation: Organisation) -> list[Template]:
    """What an organisation may say: meetings and their decisions belong to the managing agent."""
    is_agent = organisation.kind == Organisation.Kind.AGENT
    return [one for one in TEMPLATES.values() if is_agent or one.code not in OF_AN_AGENT]


@transaction.atomic
def approve(*, account: Account, mailing: Mailing) -> Mailing:
    """Send an urgent notice that someone else of the organisation wrote, where it still says something that is true.

    Raises `Refused` for its writer, and for what is past.
    """
    held(account, mailing.mandate)
    mailing = locked(mailing)
    check_decides(account, mailing)
    if mailing.written_by_id == account.pk:
        raise Refused(_("Une autre personne de votre organisme relit un avis urgent."))
    if mailing.sent_at or mailing.withdrawn_at:
        return mailing
    if closes_at(mailing.template, mailing.fields) <= timezone.now():
        raise Refused(_("C’est déjà passé : reprenez cet avis, et écrivez-en un autre."))
    mailing.approved_by = account
    mailing.save(update_fields=["approved_by"])
    return _send(mailing)


@transaction.atomic
def take_back(*, account: Account, mailing: Mailing) -> Mailing:
    """Take a mailing back from all its residences; within two minutes nobody has read it."""
    mailing = locked(mailing)
    check_decides(account, mailing)
    _withdraw(mailing)
    return mailing


def stop_under(mandate: Mandate, without: Residence | None = None) -> None:
    """Have nothing more go out under a mandate that ended, or into a residence it no longer names (ADR 24).

    What nobody has read yet never began; what was read stays as it was told. That copies are no longer for anyone there
    is seen as they are handed over; those of a whole mandate are called off at once.
    """
    now = timezone.now()
    standing = Mailing.objects.filter(mandate=mandate, withdrawn_at=None).select_for_update(of=["self"])
    for mailing in standing.filter(Q(sent_at=None) | Q(sent_at__gt=now)):
        if without is None:
            _withdraw(mailing)
        else:
            _close(mailing, [without.pk], withdrawn_at=now)
    if without is None:
        call_off_under(mandate)


def _withdraw(mailing: Mailing) -> None:
    if mailing.withdrawn_at is None:
        mailing.withdrawn_at = timezone.now()
        mailing.save(update_fields=["withdrawn_at"])
        _close(mailing, withdrawn_at=mailing.withdrawn_at)
        call_off(mailing)


@transaction.atomic
def say_it_is_over(*, account: Account, mailing: Mailing) -> Mailing:
    """Tell exactly the same residences that it is over ("C'est rétabli"), in one action; the first notice closes."""
    mandate = held(account, mailing.mandate)
    mailing = locked(mailing)
    check_decides(account, mailing)
    restored_title(mailing.template, mailing.fields)
    if mailing.sent_at is None or mailing.withdrawn_at or mailing.restores_id:
        raise Refused
    if mailing.sent_at > timezone.now():
        raise Refused(_("Personne n’a encore pu lire cet avis : reprenez-le, il n’y a rien à rétablir."))
    if over := Mailing.objects.filter(restores=mailing).first():
        if over.withdrawn_at:
            raise Refused(_("« C’est rétabli » a été repris : écrivez un avis."))
        return over
    columns = {name: getattr(mailing, name) for name in ("template", "fields", "urgent", "homes", *AUDIENCE)}
    over = Mailing.objects.create(mandate=mandate, written_by=account, restores=mailing, **columns)
    over.residences.set(residences_told(mailing))
    now = timezone.now()
    _close(mailing, closes_at=now)
    call_off(mailing)
    return _send(over, at=now)


def own_mailing(account: Account, handle: UUID) -> Mailing:
    """Find what an organisation that the account acts for sent; raise `NotFound` for anything else."""
    own = Mailing.objects.notices().filter(handle=handle, mandate__organisation__in=acting_for(account))
    mailing = own.select_related("mandate__organisation", "restores").first()
    if mailing is None:
        raise NotFound
    return mailing


def title_in_words(mailing: Mailing) -> str:
    """Say a mailing in the reader's language."""
    title = restored_title if mailing.restores_id else title_of
    return title(mailing.template, mailing.fields)


def _send(mailing: Mailing, *, at: datetime | None = None) -> Mailing:
    """Put a notice into each residence, to be read in two minutes, or at once where something is over."""
    now = timezone.now()
    mailing.sent_at = at or now + UNDO
    mailing.save(update_fields=["sent_at"])
    with translation.override("fr"):  # what search finds it by; readers are told in their own language
        words = {"title": title_in_words(mailing), "description": "\n\n".join(_sentences(mailing))}
    over = mailing.sent_at + RESTORED_SHOWN if mailing.restores_id else closes_at(mailing.template, mailing.fields)
    moments = {"opens_at": mailing.sent_at, "closes_at": max(over, mailing.sent_at + UNDO)}
    put(mailing, **words, **moments)
    announce(mailing)
    return mailing


def _sentences(mailing: Mailing) -> list[str]:
    return [] if mailing.restores_id else sentences_of(mailing.template, mailing.fields)


def _close(mailing: Mailing, residences: Collection[int] | None = None, **moments: datetime) -> None:
    """End what a mailing put, everywhere or in some residences; one that nobody has read never began."""
    if residences is None:
        residences = list(mailing.residences.values_list("pk", flat=True))
    with second_lock.opened(residences):
        of = "poll__mailing" if mailing.template == POLL else "notice__mailing"
        all_of_it = Listing.objects.filter(**{of: mailing})
        notices = all_of_it
        if "closes_at" in moments:
            notices.filter(opens_at__gte=moments["closes_at"]).update(withdrawn_at=moments["closes_at"])
            notices = notices.filter(opens_at__lt=moments["closes_at"])
        notices.update(**moments)
        refresh_entries(list(all_of_it.filter(residence=None).values_list("pk", flat=True)))


def held(account: Account, mandate: Mandate) -> Mandate:
    """Lock a mandate while something is sent under it; raise `Refused` where none of the account's allows it.

    It is in force when it will be read: what is written in its last minutes would appear under none.
    """
    in_force = Mandate.objects.in_force(timezone.now() + UNDO).select_related("organisation")
    found = in_force.select_for_update(of=["self"]).filter(pk=mandate.pk, organisation__in=acting_for(account)).first()
    if found is None:
        raise Refused(_("Ce mandat ne permet pas d’envoyer un avis aujourd’hui."))
    return found


def check_may_say(organisation: Organisation, template: str, *, urgent: bool) -> None:
    """Raise `InvalidParameter` for what only an agent announces, `Refused` where a subscription has lapsed."""
    if template_of(template) not in templates_of(organisation):
        raise InvalidParameter("template", _("Seul un syndic annonce une assemblée ou ses décisions."))
    require_subscription(organisation, unless=urgent and template == "safety")


def check_not_too_many(organisation: Organisation) -> None:
    """Raise `TooMany` where an organisation has sent enough in a day, under all of its mandates together."""
    _SENT_TODAY.hold(of=str(organisation.pk))
    since = timezone.now() - timedelta(days=1)
    if Mailing.objects.filter(mandate__organisation=organisation, written_at__gt=since).count() >= MOST_A_DAY:
        raise TooMany


def decides_about(acting: Acting | None, mailing: Mailing) -> bool:
    """Whether someone decides about what was sent: a writer within quarters about nothing that someone else wrote."""
    return acting is not None and (acting.everywhere or mailing.written_by_id == acting.account_id)


def check_decides(account: Account, mailing: Mailing) -> None:
    """Raise `NotFound` for who does not act for the sender, `Refused` for who decides about other mailings of it."""
    acting = acting_as(account, mailing.mandate.organisation)
    if acting is None:
        raise NotFound
    if not decides_about(acting, mailing):
        raise Refused(_("Votre délégation ne va pas jusque-là."))


def locked(mailing: Mailing) -> Mailing:
    """Lock a mailing while something is done with it."""
    locked_ones = Mailing.objects.select_for_update(of=["self"]).select_related("mandate__organisation")
    return locked_ones.get(pk=mailing.pk)
