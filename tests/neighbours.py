"""People for tests: an account, a home, and how surely it is theirs."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, user_logged_in
from django.contrib.gis.geos import MultiPolygon
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.text import slugify

from geo.models import PublicCell, Residence
from scopes.models import Account, Alias, Household, Membership, Proof
from scopes.rights.records import Consent, Use
from scopes.sessions import Session, SessionStore
from scopes.signing.second_factor import remember_shown

DAY = timedelta(days=1)
_number = count(1)


def person(first_name: str = "Camille", last_name: str = "Durand", **columns) -> Account:
    """An account that belongs nowhere yet."""
    return Account.objects.create_user(
        f"{slugify(first_name)}.{next(_number)}@example.org", first_name=first_name, last_name=last_name, **columns
    )


def neighbour(
    first_name: str,
    residence: Residence,
    *,
    role: str = "tenant",
    settled: bool = True,
    proved_by: str = "letter",
    agrees: bool = True,
    account=None,
    **columns,
) -> Membership:
    """A person who entered a residence: a month ago, or, not yet settled, yesterday; `columns` are the membership's.

    Who `agrees` is counted in the quarterly table.
    """
    new = account is None
    account = account or person(first_name)
    now = timezone.now()
    entered = now - (30 * DAY if settled else DAY)
    columns = {
        "entered_at": entered,
        "asked_at": entered - DAY,
        "provisional_until": entered + 7 * DAY,
        "proved_until": entered + 365 * DAY,
        "chosen": new or not account.memberships.filter(ended_at=None).exists(),
        **columns,
    }
    alias = Alias.objects.create(account=account, cell=cell_of(residence))
    membership = Membership.objects.create(
        account=account,
        alias=alias,
        household=columns.pop("household", None) or Household.objects.create(),
        residence=residence,
        role=role,
        **columns,
    )
    if membership.entered_at:
        Proof.objects.create(membership=membership, kind=proved_by, given_at=membership.entered_at, spent=True)
    if agrees and (new or not account.consents.standing().filter(use=Use.COUNTED).exists()):
        Consent.objects.create(account=account, use=Use.COUNTED)
    return membership


def asker(first_name: str, residence: Residence, **columns) -> Membership:
    """A person who asked to join a residence and has proved nothing."""
    moments = dict.fromkeys(("entered_at", "provisional_until", "proved_until"))
    return neighbour(first_name, residence, **{"chosen": False, **moments, **columns})


def cell_of(residence: Residence) -> PublicCell:
    """The residence's public cell; a cell of its own where the test's town has none."""
    if residence.public_cell is None:
        residence.public_cell = PublicCell.objects.create(
            municipality=residence.municipality,
            location=residence.location,
            area=MultiPolygon(residence.location.buffer(0.0005)),
            dwellings=40,
            main_residences=36,
            largest_share=0.2,
        )
        residence.save(update_fields=["public_cell"])
    return residence.public_cell


def sign_in(client: Client, account: Account, *, two_factors: bool = False) -> None:
    """Sign in as this person, if so wished by two factors; who runs the site always does.

    In a new browser the session is written once: Django's `force_login` writes three and asks a dozen times, which took
    half as long as a page.
    """
    request = HttpRequest()
    is_known = settings.SESSION_COOKIE_NAME in client.cookies
    if is_known:
        client.force_login(account)
        request.session = client.session
    else:
        request.session = SessionStore()
        request.session.update({SESSION_KEY: str(account.pk), HASH_SESSION_KEY: account.get_session_auth_hash()})
        request.session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        user_logged_in.send(Account, request=request, user=account)
    if account.is_staff or two_factors:
        remember_shown(request, account)
    if is_known:
        request.session.save()
    else:
        client.cookies[settings.SESSION_COOKIE_NAME] = _written(request.session, account)


def _written(session: SessionStore, account: Account) -> str:
    """Write a session down; return its key."""
    row = Session(
        session_key=get_random_string(32),
        session_data=session.encode(dict(session.items())),
        expire_date=session.get_expiry_date(),
        account=account,
    )
    row.save(force_insert=True)
    return row.session_key
