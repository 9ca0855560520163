"""What `scopes` knows of a person, and what becomes of it: filled into the registry when Django starts."""

from __future__ import annotations

import json

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.utils.translation import gettext_lazy as _

from scopes.homes import Household, Membership
from scopes.outgoing_mail import MessageCopy, OutgoingMail
from scopes.people import Account, Alias, Mute
from scopes.presence import Presence
from scopes.printed_codes import PrintedCode
from scopes.push_models import PushSubscription
from scopes.rights.archives import delete_archives
from scopes.rights.erasing import delete_if_empty, leave_nameless
from scopes.rights.records import Archive, Consent
from scopes.rights.registry import Person, part, register
from scopes.sessions import Session, close_sessions

TO_SIGN_IN = _("vous reconnaître quand vous vous connectez")
AS_LONG_AS_THE_ACCOUNT = _("tant que le compte existe ; deux ans sans visite le font effacer")


def of_account(model, field: str = "account"):
    """Say that a model's rows about a person are those that point to the account."""
    return lambda person: model.objects.filter(**{field: person.account_id})


def _aliases(person: Person):
    return Alias.objects.filter(pk__in=person.alias_ids).select_related("account", "cell")


def _as_others_see(alias: Alias) -> dict[str, object]:
    """Tell the name and the area that stand for this person."""
    return {"shown_name": str(alias), "area": json.loads(alias.cell.area.geojson)}


def register_people() -> None:
    """Register accounts, what signs them in, homes and consents."""
    register(
        Account,
        title=_("compte"),
        purpose=TO_SIGN_IN,
        kept=AS_LONG_AS_THE_ACCOUNT,
        rows=of_account(Account, "pk"),
        without=frozenset({"number", "password", "is_superuser", "is_active"}),
    )
    register(
        EmailAddress,
        title=_("adresses e-mail"),
        purpose=TO_SIGN_IN,
        kept=AS_LONG_AS_THE_ACCOUNT,
        rows=of_account(EmailAddress, "user"),
    )
    register(
        Authenticator,
        title=_("seconds facteurs"),
        purpose=TO_SIGN_IN,
        kept=_("jusqu’à ce que vous les retiriez"),
        rows=of_account(Authenticator, "user"),
        without=frozenset({"data"}),
    )
    register(
        LogEntry,
        title=_("gestes dans l’administration du site"),
        purpose=_("savoir ce que l’équipe a changé"),
        kept=_("un an"),
        rows=of_account(LogEntry, "user"),
    )
    register(
        Session,
        title=_("connexions ouvertes"),
        purpose=TO_SIGN_IN,
        kept=_("jusqu’à ce que vous sortiez, 60 jours au plus"),
        rows=of_account(Session),
        without=frozenset({"session_data"}),
        erase=close_sessions,
    )
    register(
        PrintedCode,
        title=_("codes imprimés"),
        purpose=TO_SIGN_IN,
        kept=_("jusqu’à la feuille suivante"),
        rows=of_account(PrintedCode),
        without=frozenset({"digest"}),
    )
    register(
        OutgoingMail,
        title=_("e-mails en attente"),
        purpose=_("vous les envoyer"),
        kept=_("jusqu’à leur envoi"),
        rows=lambda person: OutgoingMail.objects.filter(to__in=person.emails),
        without=frozenset({"values"}),
    )
    register(
        MessageCopy,
        title=_("avis et messages groupés reçus"),
        purpose=_("ne pas vous les envoyer deux fois, et vous dire quand c’est fini"),
        kept=_("soixante jours"),
        rows=of_account(MessageCopy),
        without=frozenset({"stop_digest", "batch", "number"}),
        also=lambda copy: {"what": copy.message.words.get(copy.account.language, {})},
    )
    register(
        PushSubscription,
        title=_("appareils qui reçoivent des notifications"),
        purpose=_("vous y prévenir"),
        kept=_("jusqu’à ce que vous les retiriez, ou que l’appareil ne réponde plus"),
        rows=of_account(PushSubscription),
        without=frozenset({"p256dh", "auth", "digest"}),
    )
    register(
        Membership,
        title=_("domiciles"),
        purpose=_("vous ouvrir l’espace de votre immeuble et de votre quartier"),
        kept=_("tant que vous y habitez, et un an après"),
        rows=of_account(Membership),
    )
    register(
        Household,
        title=_("foyers"),
        purpose=_("compter un logement une fois"),
        kept=_("jusqu’au départ de sa dernière personne"),
        rows=lambda person: Household.objects.filter(pk__in=person.household_ids),
        erase=delete_if_empty,
    )
    register(
        Alias,
        title=_("ce que les autres voient de vous"),
        purpose=_("montrer qui écrit, sans dire où vous habitez"),
        kept=_("tant que le compte existe ; ensuite sans nom, si quelqu’un vous avait répondu"),
        rows=_aliases,
        without=frozenset({"cell"}),
        also=_as_others_see,
        erase=leave_nameless,
    )
    register(
        Mute,
        title=_("personnes que vous ne lisez plus"),
        purpose=_("ne plus vous montrer ce qu’elles écrivent"),
        kept=_("jusqu’à ce que vous changiez d’avis"),
        rows=of_account(Mute),
    )
    register(
        Consent,
        title=_("accords"),
        purpose=_("savoir à quoi vous avez dit oui"),
        kept=AS_LONG_AS_THE_ACCOUNT,
        rows=of_account(Consent),
    )
    register(
        Presence,
        title=_("semaines où vous êtes venu"),
        purpose=_("compter les foyers qui viennent chaque semaine, si vous avez accepté d’être compté"),
        kept=_("jusqu’au compte du trimestre, ou dès que vous reprenez votre accord"),
        rows=of_account(Presence),
    )
    register(
        Archive,
        title=_("copies de vos données"),
        purpose=_("vous remettre la copie que vous avez demandée"),
        kept=_("24 heures"),
        rows=of_account(Archive),
        without=frozenset({"token_digest", "file"}),
        erase=delete_archives,
    )
    part(EmailConfirmation, of=EmailAddress)
    part(Account.groups.through, of=Account)
    part(Account.user_permissions.through, of=Account)
