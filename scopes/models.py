"""Who: people, their homes, and what it means to be addressed to someone.

`Addressed` holds the columns that every listing shares with the visibility rule (`scopes.querysets`).
"""

from __future__ import annotations

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from geo.models import WGS84
from scopes import audiences
from scopes.code_models import Code, Letter
from scopes.homes import Household, Membership
from scopes.key_models import ApiKey
from scopes.levels import Level
from scopes.organisation_models import Acting, Contest, Mandate, MandatedResidence, Organisation
from scopes.outgoing_mail import MassMessage, MessageCopy, OutgoingMail
from scopes.people import Account, Alias, Mute
from scopes.presence import Presence
from scopes.printed_codes import PrintedCode
from scopes.proof_models import Attempts, Introduction, LotClaim, LotEntry, Management, Objection, Proof, Word
from scopes.push_models import PushSubscription
from scopes.reach import ReachCount
from scopes.residence_changes import ResidenceChange
from scopes.rights.records import Archive, Consent, Erasure, HeldIdentity
from scopes.sessions import Session
from scopes.subscription_models import Price, Subscription

__all__ = [
    "Account",
    "Acting",
    "Addressed",
    "Alias",
    "ApiKey",
    "Archive",
    "Attempts",
    "Code",
    "Consent",
    "Contest",
    "Erasure",
    "HeldIdentity",
    "Household",
    "Introduction",
    "Letter",
    "Level",
    "LotClaim",
    "LotEntry",
    "Management",
    "Mandate",
    "MandatedResidence",
    "MassMessage",
    "Membership",
    "MessageCopy",
    "Mute",
    "Objection",
    "Openness",
    "Organisation",
    "OutgoingMail",
    "Presence",
    "Price",
    "PrintedCode",
    "Proof",
    "PushSubscription",
    "ReachCount",
    "ResidenceChange",
    "Session",
    "Subscription",
    "Word",
]


class Openness(models.TextChoices):
    """Who may see a thing that is addressed to a circle."""

    PUBLIC = audiences.PUBLIC, _("tout le monde, sans compte")
    MEMBERS = audiences.MEMBERS, _("les membres vérifiés du cercle")


class Addressed(models.Model):
    """Something addressed to people around a place: whose it is, to which circle or zone, and who may see it."""

    #: The person it is of, as others see them; empty for what open data or an organisation says.
    author = models.ForeignKey("scopes.Alias", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    #: The organisation it is of, under a mandate on the residence that it is in.
    organisation = models.ForeignKey(
        "scopes.Organisation", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    level = models.CharField(max_length=16, choices=Level.choices, db_default=Level.MUNICIPALITY)
    openness = models.CharField(max_length=8, choices=Openness.choices, default=Openness.MEMBERS)
    #: The residence whose private space it is in, with nothing that could place it elsewhere.
    residence = models.ForeignKey("geo.Residence", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    #: The public cell of its author when it was published: where others see it.
    cell = models.ForeignKey("geo.PublicCell", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    #: The quarter it is addressed to, or known at when it has no public place of its own.
    neighbourhood = models.ForeignKey(
        "geo.Neighbourhood", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    municipality = models.ForeignKey("geo.Municipality", on_delete=models.PROTECT, related_name="+")
    #: The zone of `Level.CATCHMENT`: whoever's public cell has its point in it is addressed.
    catchment = models.MultiPolygonField(srid=WGS84, null=True, blank=True, spatial_index=False)
    #: A public place of its own; empty for what is known at a cell, a quarter or a commune only. Never a home.
    location = models.PointField(srid=WGS84, geography=True, null=True, blank=True, spatial_index=False)
    #: Who may see it (`scopes.audiences`).
    audience = models.GeneratedField(
        expression=audiences.word_of_a_row(),
        output_field=models.CharField(max_length=40, null=True),
        db_persist=True,
    )
    #: Written beside the key so that tables can later be spread by department.
    insee_code = models.CharField(max_length=5)
    department = models.CharField(max_length=3)

    class Meta:
        """Abstract: `directory.Listing` inherits it."""

        abstract = True


#: For the Meta of the concrete model: a child table would inherit those of an abstract one.
ADDRESSED_CONSTRAINTS = [
    models.CheckConstraint(
        condition=Q(level=Level.RESIDENCE, residence__isnull=False, openness=Openness.MEMBERS)
        & Q(location__isnull=True, catchment__isnull=True)
        | ~Q(level=Level.RESIDENCE) & Q(residence__isnull=True),
        name="listing_of_a_residence_has_no_place",
    ),
    models.CheckConstraint(
        condition=Q(level=Level.CATCHMENT) ^ Q(catchment__isnull=True), name="listing_zone_has_a_catchment"
    ),
    models.CheckConstraint(
        condition=~Q(level=Level.VOISINAGE) | Q(cell__isnull=False), name="listing_voisinage_has_a_cell"
    ),
    models.CheckConstraint(
        condition=Q(organisation__isnull=True) | Q(author__isnull=True), name="listing_of_a_person_or_an_organisation"
    ),
    models.CheckConstraint(
        condition=~Q(level=Level.NEIGHBOURHOOD, openness=Openness.MEMBERS) | Q(neighbourhood__isnull=False),
        name="listing_quarter_has_a_neighbourhood",
    ),
]
