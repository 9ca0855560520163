"""The things shared around a place, the categories they are found by, and the entry that search reads.

One concrete `Listing` carries what every kind shares; a kind adds only its own columns (multi-table inheritance): one
visibility rule, one moderation path. What open data says (`SourceRecord`) and what an owner says (`Listing.edits`) are
kept apart: the columns of a listing are the source overlaid with the edits (`directory.importing`).
"""

from __future__ import annotations

import json
import uuid

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.db.models import Func, Q

from directory.agreement_models import RideAgreement
from directory.analysis_models import Analysis, AnalysisResult
from directory.ask_models import Ask, AskPhoto, AskReply
from directory.carpool_models import Carpool, RideEntry
from directory.claim_models import Claim
from directory.conversation_models import Conversation, Message, MessagePhoto, Side
from directory.display_models import Display, DisplayRole, Evidence, Hand
from directory.entry_indexes import ENTRY_INDEXES
from directory.event_models import EventColumns, EventDate
from directory.exchange_models import (
    Classified,
    Draft,
    Exchange,
    Hello,
    ListingPhoto,
    Loan,
    Recommendation,
    SaidOnce,
    Service,
)
from directory.fields import DateTimeMultiRangeField
from directory.follow_models import Follow, PublicFeed
from directory.help_models import Help, Trusted
from directory.interest_models import Interest, InterestFigure
from directory.key_models import KeptAnswer
from directory.listing_kinds import Kind
from directory.listing_models import Category, Listing
from directory.mailing_models import Mailing
from directory.moderation_models import Appeal, Case, Decision, Ground, Reason, Report
from directory.organisation_models import News, Promotion
from directory.poll_models import AskedPoll, Vote
from directory.promise_models import Promise
from directory.querysets import AnswerQuerySet
from directory.reaching_models import Announcement, NoticeChoice, SenderMute
from directory.reading_models import ReadFigure, ReadMark
from directory.remark_models import Remark
from directory.rota_models import HelpSlot, HelpVisit
from directory.source_models import ListingImport, OpeningRenewal, SourceRecord
from directory.spread_models import Ring
from directory.synced_models import SyncedCalendar, SyncedNews
from directory.tending_models import Tending
from directory.town_count_models import TownCount
from directory.volunteer_models import HelpWanted, NotAgain, Volunteer
from geo.models import WGS84

__all__ = [
    "Analysis",
    "AnalysisResult",
    "Announcement",
    "Answer",
    "Appeal",
    "Ask",
    "AskPhoto",
    "AskReply",
    "AskedPoll",
    "Association",
    "Carpool",
    "Case",
    "Category",
    "Claim",
    "Classified",
    "Conversation",
    "Decision",
    "Display",
    "DisplayRole",
    "Draft",
    "Event",
    "EventDate",
    "Evidence",
    "Exchange",
    "Follow",
    "Ground",
    "Hand",
    "Hello",
    "Help",
    "HelpSlot",
    "HelpVisit",
    "HelpWanted",
    "Interest",
    "InterestFigure",
    "KeptAnswer",
    "Kind",
    "Listing",
    "ListingImport",
    "ListingPhoto",
    "Loan",
    "Mailing",
    "Merchant",
    "Message",
    "MessagePhoto",
    "News",
    "NotAgain",
    "Notice",
    "NoticeChoice",
    "OpeningRenewal",
    "Poll",
    "Post",
    "Promise",
    "Promotion",
    "PublicFeed",
    "PublicPlace",
    "ReadFigure",
    "ReadMark",
    "Reason",
    "Recommendation",
    "Remark",
    "Report",
    "RideAgreement",
    "RideEntry",
    "Ring",
    "SaidOnce",
    "SearchEntry",
    "SenderMute",
    "Service",
    "Side",
    "SourceRecord",
    "SyncedCalendar",
    "SyncedNews",
    "Tending",
    "TownCount",
    "Trusted",
    "Volunteer",
    "Vote",
]


class Premises(Listing):
    """Columns of what has a door that people push: address, contact, opening hours."""

    address = models.CharField(max_length=200, blank=True)
    phone = models.CharField(max_length=20, blank=True, help_text="E.164, or a short number as dialled")
    email = models.EmailField(blank=True)
    website = models.URLField(blank=True)
    #: OSM syntax (https://wiki.openstreetmap.org/wiki/Key:opening_hours), kept only where it is valid.
    opening_hours = models.CharField(max_length=600, blank=True)
    #: Hours that could not be read as OSM syntax: shown as they are, never counted as open.
    opening_hours_text = models.CharField(max_length=600, blank=True)
    wheelchair = models.CharField(max_length=8, blank=True)

    class Meta:
        """Abstract: merchants, public places and associations have a table each."""

        abstract = True


class Merchant(Premises):
    """A shop, a craft or a practice (*commerce*) under its sign, never under a natural person's name."""

    siret = models.CharField(max_length=14, blank=True)
    brand = models.CharField(max_length=120, blank=True)


class PublicPlace(Premises):
    """A place open to all (*lieu public*): town hall, library, park, post box."""


class Association(Premises):
    """An association (*association*), under the name it was declared with; at its commune only, until it says where.

    Its seat is often the home of an officer (`directory.premises`).
    """

    #: In the national register of associations (https://www.data.gouv.fr, RNA): W and nine characters.
    rna = models.CharField(max_length=10, blank=True)
    siret = models.CharField(max_length=14, blank=True)


class Post(Listing):
    """A word between neighbours (*mot*), a question, something lost or found; whoever sees it may answer."""

    #: The residence of the listing, again: row-level security guards each table by itself (design.md, 3.10).
    space = models.ForeignKey(
        "geo.Residence", null=True, on_delete=models.PROTECT, related_name="+", db_column="residence_id"
    )
    #: The author may close the answers.
    answers_closed_at = models.DateTimeField(null=True, blank=True)


class Notice(Listing):
    """What an organisation tells one residence, or everyone in an area (*avis*), in the words of its mailing."""

    #: The residence of the listing, again, as in `Post.space`; empty for an area.
    space = models.ForeignKey(
        "geo.Residence", null=True, on_delete=models.PROTECT, related_name="+", db_column="residence_id"
    )
    #: The entrances of the residence that are meant, in words; all of it where there are none.
    entrances = models.CharField(max_length=300, blank=True, db_default="")
    mailing = models.ForeignKey(Mailing, on_delete=models.CASCADE, related_name="notices")

    class Meta:
        """The few that are of an area are found among the many of residences."""

        indexes = [models.Index(fields=["mailing"], name="notice_of_an_area", condition=Q(space__isnull=True))]


class Poll(Listing):
    """A question with two to six answers (*sondage*): a vote a household, told as totals once it is over.

    A resident asks it, or an organisation under its mandate: then it is one of those of a mailing.
    """

    #: The residence of the listing, again, as in `Post.space`.
    space = models.ForeignKey(
        "geo.Residence", null=True, on_delete=models.PROTECT, related_name="+", db_column="residence_id"
    )
    choices = ArrayField(models.CharField(max_length=80))
    ends_at = models.DateTimeField()
    #: What is told of each answer (`directory.counting_votes`): nothing until it is over, empty where too few voted.
    totals = ArrayField(models.PositiveIntegerField(), null=True, blank=True)
    #: What an organisation asked at once in several residences; empty for what a resident asks.
    mailing = models.ForeignKey(Mailing, null=True, blank=True, on_delete=models.CASCADE, related_name="polls")
    #: The entrances of the residence that are meant, in words, as in `Notice.entrances`.
    entrances = models.CharField(max_length=300, blank=True, db_default="")


class Event(EventColumns, Listing):
    """What takes place somewhere on one date or on several (*événement*): a concert, a market, a meeting."""


class Answer(models.Model):
    """What someone answers under a listing, to whoever sees the listing."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="answers")
    #: The residence of the listing, again, as in `Post.space`.
    residence = models.ForeignKey("geo.Residence", null=True, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey("scopes.Alias", on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)

    objects = AnswerQuerySet.as_manager()

    class Meta:
        """As a conversation goes."""

        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]


class SearchEntry(models.Model):
    """What search reads: one row for each listing that is not a residence's, written in the publishing transaction.

    It holds no residence row and has no row-level security: PostGIS operators are not LEAKPROOF, and under a policy a
    radius search loses its index (740 ms instead of 0.2 ms on 5 million rows, design.md section 3).
    """

    listing = models.OneToOneField(Listing, primary_key=True, on_delete=models.CASCADE, related_name="entry")
    public_id = models.UUIDField()
    kind = models.CharField(max_length=16, choices=Kind.choices)
    category_number = models.PositiveIntegerField()
    title = models.CharField(max_length=160)
    #: Title, category names and brand: unaccented, lower-case; matched by words and by trigrams.
    words = models.TextField()
    location = models.PointField(srid=WGS84, geography=True, null=True, spatial_index=False)
    municipality_id = models.BigIntegerField()
    #: The quarter of the town's circle kind that the location lies in.
    neighbourhood_id = models.BigIntegerField(null=True)
    insee_code = models.CharField(max_length=5)
    department = models.CharField(max_length=3)
    #: Who may see it, as `scopes.audiences` writes it: everyone, one circle, or those in the catchment.
    audience = models.CharField(max_length=40)
    #: Alias of the person it is of.
    author_id = models.BigIntegerField(null=True)
    #: The zone it is addressed to; nothing for what is of a circle.
    catchment = models.MultiPolygonField(srid=WGS84, null=True, spatial_index=False)
    live_from = models.DateTimeField(null=True)
    live_until = models.DateTimeField(null=True)
    #: When its doors are open in the coming 60 days; empty where hours are unknown.
    open_periods = DateTimeMultiRangeField(null=True)
    #: The hours of the week, in UTC, that any of these touches (`directory.opening.hour_of_week`): whoever writes the
    #: periods cannot forget them. What is open at a moment is open in its hour, so an index of hours loses nothing.
    open_hours = models.GeneratedField(
        expression=Func("open_periods", function="directory_hours_of_week"),
        output_field=ArrayField(models.IntegerField()),
        db_persist=True,
    )
    #: The listing as a GeoJSON Feature (RFC 7946) without its last two braces: a search adds distance and reason to its
    #: properties and closes it (cutting the braces off took 0.05 ms of 0.43). What a card shows is the property `card`.
    open_feature = models.TextField()

    class Meta:
        """Each search has its index."""

        indexes = ENTRY_INDEXES

    @property
    def feature(self) -> dict:
        """The listing as a GeoJSON Feature."""
        return json.loads(self.open_feature + "}}")

    @property
    def card(self) -> dict:
        """What a card shows and the search does not filter by: address, phone, hours, licence, demonstration."""
        return self.feature["properties"]["card"]
