"""Peoples the demonstration: invented accounts in real residences, settled by the deeds that anyone goes through."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from config.demonstration.agency import open_agency, open_network, tell_of_tomorrow
from config.demonstration.exchanges import ask_the_agent, poll_the_residence, share_thing, talk_about
from config.demonstration.nantes import INSEE_CODE
from config.demonstration.organisations_say import have_organisations_speak, organisations_have_spoken
from config.demonstration.shop import open_shop, shop_is_open
from config.demonstration.subscription import subscribe_agency, subscribed
from config.demonstration.town_hall import (
    ask_the_quarter,
    open_town_hall,
    quarter_is_asked,
    quarter_is_told,
    tell_the_quarter,
)
from directory.answering import answer
from directory.models import Answer, Mailing, Post
from directory.notifying import mandates_of
from directory.posting import post
from directory.publishing import refreshed_together
from directory.reporting import report
from directory.spreading import spread_in
from geo.front_doors import addresses_of
from geo.models import Residence
from scopes import second_lock
from scopes.homes import PROVED, PROVISIONAL, Membership, MembershipQuerySet
from scopes.introducing import introduce
from scopes.joining import ask_to_join
from scopes.managing import grant_management
from scopes.people import Account
from scopes.proof_models import Introduction, Management, Proof
from scopes.proofs.confirmation import ACTING, confirm
from scopes.proofs.letter import ask_for_letter
from scopes.proofs.proving import prove
from scopes.proofs.table import Kind
from scopes.viewing import viewer_of

#: A name that never leads anywhere (RFC 2606): no mail to these people ever leaves.
DOMAIN = "demonstration.invalid"
#: Who has voted before Camille does.
VOTERS = ("monique", "youssef", "lea", "sofia")
#: How long ago those who are settled entered, and the newcomer did.
SETTLED, NEW = timedelta(days=60), timedelta(days=2)


def address_of(slug: str) -> str:
    """The e-mail address of an invented person."""
    return f"{slug}@{DOMAIN}"


@cache
def _invention() -> Mapping:
    return tomllib.loads(Path(__file__).with_name("inhabitants.toml").read_text())


def are_settled() -> bool:
    """Whether everyone is there, the newcomer new for another day at least, and agency and town hall have told."""
    slugs = [person["slug"] for person in _invention()["people"]]
    there = Account.objects.filter(email__in=map(address_of, slugs)).count()
    tomorrow = timezone.now() + timedelta(days=1)
    new = _newcomers().filter(provisional_until__gt=tomorrow).exists()
    recently = Mailing.objects.filter(sent_at__gt=timezone.now() - timedelta(hours=20), withdrawn_at=None)
    told = recently.filter(area=None).exists() and quarter_is_told() and quarter_is_asked()
    owner = Account.objects.filter(email=address_of("basile")).first()
    kept = shop_is_open(owner=owner, insee_code=INSEE_CODE)
    pays = subscribed().exists() and organisations_have_spoken()
    return there == len(slugs) and new and told and kept and pays and not _unconfirmed().exists()


@transaction.atomic
def settle_inhabitants(homes: Mapping[str, Residence]) -> None:
    """Settle in `homes` those who are not there yet, with what they said, and make the newcomer new again.

    Whoever was erased is back; who was confirmed by a manager that was erased is confirmed again.
    """
    settled = {person["slug"] for person in _invention()["people"] if _settle(person, homes)}
    with second_lock.opened([residence.pk for residence in homes.values()]), refreshed_together():
        for said in _invention()["posts"]:
            if said["author"] in settled:
                _say(said, homes)
        for thing in _invention()["exchanges"]:
            if thing["author"] in settled:
                author, home = _account(thing["author"]), homes[thing["home"]]
                share_thing(author=author, home=home, thing=thing, said_at=_moment_of(thing))
        # What is asked from neighbour to neighbour has already come a little farther.
        spread_in(homes["here"].municipality_id)
    _newcomers().update(**moments_since(timezone.now() - NEW))
    for membership in _unconfirmed():
        manager = membership.residence.managements.filter(ended_at=None).first().account
        confirm(keeper=manager, newcomer=membership)
    for person in _invention()["people"]:
        _open_desk(person, homes)
    town = homes["here"].municipality
    have_organisations_speak(town=town, secretary=_account("sylvie"), owner=_account("basile"))
    _exchange(homes["here"])
    for membership in _of_the_invented().filter(entered_at=None, residence__in=homes.values(), letters=None):
        _ask(membership)


def _exchange(residence: Residence) -> None:
    """Have the residence vote, and Camille ask its agent something."""
    agent = _account("nathalie")
    with second_lock.opened([residence.pk]):
        poll_the_residence(author=_account("francoise"), voters=[_account(slug) for slug in VOTERS])
        for mandate in mandates_of(agent)[:1]:
            ask_the_agent(author=_account("camille"), agent=agent, mandate=mandate)


def _open_desk(person: Mapping, homes: Mapping[str, Residence]) -> None:
    """Let someone act for an agency, a network, a town hall or a shop, and say what it says."""
    if kept := person.get("manages"):
        agent, staff = _account(person["slug"]), _account(kept["granted_by"])
        mandate = open_agency(agent=agent, staff=staff, residence=homes[kept["home"]])
        subscribe_agency(agency=mandate.organisation, staff=staff)
        tell_of_tomorrow(agent=agent, mandate=mandate)
    if supplied := person.get("supplies"):
        operator, staff = _account(person["slug"]), _account(supplied["granted_by"])
        open_network(operator=operator, staff=staff, residences=[homes[home] for home in supplied["homes"]])
    if shop := person.get("shop"):
        owner, staff = _account(person["slug"]), _account(shop["granted_by"])
        open_shop(owner=owner, staff=staff, insee_code=homes["here"].municipality.insee_code)
    if served := person.get("serves"):
        secretary, staff, home = _account(person["slug"]), _account(served["granted_by"]), homes[served["home"]]
        mandate = open_town_hall(secretary=secretary, staff=staff, residence=home)
        tell_the_quarter(secretary=secretary, mandate=mandate, residence=home)
        ask_the_quarter(secretary=secretary, mandate=mandate, residence=home)


def residences(insee_code: str) -> dict[str, Residence]:
    """The residences of the demonstration, always the same for the same buildings."""
    fit = (
        Residence.objects.filter(municipality__insee_code=insee_code, closed_on=None, houses_of=None)
        .filter(dwellings__range=(12, 30), public_cell__isnull=False, containments__kind=F("municipality__circle_kind"))
        .filter(buildings__addresses__isnull=False)
        .annotate(quarter=F("containments__neighbourhood"))
        .order_by("key")
        .distinct()
    )
    here = next(home for home in fit if fit.filter(public_cell=home.public_cell).exclude(pk=home.pk).exists())
    return {
        "here": here,
        "next": fit.filter(public_cell=here.public_cell).exclude(pk=here.pk).first(),
        "near": fit.filter(quarter=here.quarter).exclude(public_cell=here.public_cell).first(),
        "across": fit.exclude(quarter=here.quarter).first(),
    }


def _of_the_invented(state: str | None = None) -> MembershipQuerySet:
    """Their homes, all of them or those in one state."""
    people = _invention()["people"]
    slugs = [p["slug"] for p in people if state is None or any(home.get("state") == state for home in p["homes"])]
    return Membership.objects.filter(account__email__in=map(address_of, slugs), ended_at=None)


def _newcomers() -> MembershipQuerySet:
    return _of_the_invented("new")


def _unconfirmed() -> MembershipQuerySet:
    """Caretaker and council of a residence whose manager has not confirmed them yet; asked without naming a day."""
    managing = Management.objects.filter(ended_at=None)
    acting = _of_the_invented().filter(role__in=ACTING, residence__in=managing.values("residence"))
    by_manager = Proof.objects.filter(spent=True, kind=Kind.CONFIRMATION, management__in=managing)
    return acting.exclude(pk__in=by_manager.values("membership"))


def _settle(person: Mapping, homes: Mapping[str, Residence]) -> bool:
    """Open an account and its homes, unless they are there; return whether they were not."""
    if Account.objects.filter(email=address_of(person["slug"])).exists():
        return False
    first_name, last_name = person["name"]
    account = Account.objects.create_user(
        address_of(person["slug"]),
        first_name=first_name,
        last_name=last_name,
        is_staff=person.get("staff", False),
    )
    if kept := person.get("manages"):
        grant_management(staff=_account(kept["granted_by"]), account=account, residence=homes[kept["home"]])
    for home in person["homes"]:
        membership = ask_to_join(account=account, residence=homes[home["home"]], role=home["role"])
        if home.get("state") != "asking":
            prove(membership=membership, kind=Kind.LETTER)
            columns = {key: home[key] for key in ("listed", "moderates") if key in home}
            Membership.objects.filter(pk=membership.pk).update(**columns, **moments_since(timezone.now() - SETTLED))
    return True


def _ask(membership: Membership) -> None:
    """Ask the neighbours and the keepers, and for a letter: it waits to be printed."""
    for to in Introduction.To.values:
        introduce(membership=membership, to=to)
    ask_for_letter(membership=membership, address=next(addresses_of(membership.residence)))


def moments_since(entered_at: datetime) -> dict[str, datetime]:
    """The moments of a membership that was entered then."""
    return {
        "asked_at": entered_at,
        "entered_at": entered_at,
        "provisional_until": entered_at + PROVISIONAL,
        "proved_until": entered_at + PROVED,
    }


def _say(said: Mapping, homes: Mapping[str, Residence]) -> None:
    """Post what someone said, with its answers, as long ago as it is told."""
    viewer = _viewer(said["author"])
    home = next(home for home in viewer.homes if home.residence_id == homes[said["home"]].pk)
    said_at = _moment_of(said)
    posted = post(home=home, **{key: said[key] for key in ("category", "title", "text", "level")})
    Post.objects.filter(pk=posted.pk).update(published_at=said_at)
    for number, (author, text) in enumerate(said.get("answers", ()), start=1):
        given = answer(viewer=_viewer(author), public_id=posted.public_id, text=text)
        Answer.objects.filter(pk=given.pk).update(written_at=said_at + number * timedelta(minutes=50))
    if talk := said.get("talk"):
        talk_about(posted, asker=_account(talk[0]), author=_account(said["author"]), words=talk[1:])
    if reported := said.get("reported"):
        by = _viewer(reported["by"])
        report(viewer=by, public_id=posted.public_id, reason=reported["reason"], words=reported["words"])


def _moment_of(said: Mapping) -> datetime:
    """When it was said, days ago."""
    return timezone.make_aware(datetime.combine(timezone.localdate() - timedelta(days=said["days"]), said["at"]))


def _viewer(slug: str):
    return viewer_of(_account(slug).pk)


def _account(slug: str) -> Account:
    return Account.objects.get(email=address_of(slug))
