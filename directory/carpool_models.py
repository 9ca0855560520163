"""Rides that neighbours share (*covoiturage*), and what a match reads of them."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField, IntegerRangeField
from django.contrib.postgres.indexes import GistIndex
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from directory.exchange_models import Once
from directory.listing_models import Listing
from geo.models import WGS84


class Carpool(Once):
    """A ride that a neighbour offers or looks for, once or every week (*covoiturage*).

    It begins and ends at two public meeting points that its author chose (`directory.meeting_points`), told as they
    were on that day: homes never enter. Shared as code des transports, L3132-1, says: for no more than the costs.
    """

    class Direction(models.TextChoices):
        """Offered or looked for."""

        OFFER = "offer", _("je conduis")
        REQUEST = "request", _("je cherche une place")

    class Preference(models.TextChoices):
        """What goes without saying in one car, and not in another."""

        NON_SMOKING = "non_smoking", _("sans tabac")
        PETS = "pets", _("animaux bienvenus")
        LUGGAGE = "luggage", _("place pour des bagages")
        QUIET = "quiet", _("trajet au calme")
        STEP_FREE = "step_free", _("fauteuil pliant possible")

    direction = models.CharField(max_length=8, choices=Direction.choices)
    #: Keys, names and places of the meeting points (`directory.meeting_points.MeetingPoint`).
    start = models.CharField(max_length=240)
    start_name = models.CharField(max_length=160)
    start_point = models.PointField(srid=WGS84, spatial_index=False)
    end = models.CharField(max_length=240)
    end_name = models.CharField(max_length=160)
    end_point = models.PointField(srid=WGS84, spatial_index=False)
    #: By car from one to the other, simplified; its metres and seconds are those of the whole line.
    route = models.LineStringField(srid=WGS84, spatial_index=False)
    metres = models.PositiveIntegerField()
    seconds = models.PositiveIntegerField()
    #: As the crow flies, because no streets are known between them.
    straight_line = models.BooleanField(default=False)
    #: The one day, or the days of every week (1 is Monday, ISO 8601), those excepted, up to the last.
    day = models.DateField(null=True, blank=True)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    except_days = ArrayField(models.DateField(), default=list, blank=True)
    last_day = models.DateField(null=True, blank=True)
    #: When it leaves the first meeting point, by the clock of its town.
    departure = models.TimeField()
    #: Offered, or looked for.
    seats = models.PositiveSmallIntegerField()
    #: For one seat, in euro cents; at most a share of the costs (`directory.carpool_costs`).
    price_cents = models.PositiveIntegerField(default=0)
    #: Minutes that the driver would spend on a detour, in all.
    detour = models.PositiveSmallIntegerField(default=0)
    preferences = ArrayField(models.CharField(max_length=12, choices=Preference.choices), default=list, blank=True)
    #: Its author lets other carpool services find it (`directory.ride_api`); only while everyone may read it.
    shared_beyond = models.BooleanField(default=False, db_default=False)

    class Meta:
        """On one day, or every week."""

        constraints = [
            models.CheckConstraint(
                condition=Q(day__isnull=False, weekdays__len=0) | Q(day__isnull=True, weekdays__len__gt=0),
                name="carpool_once_or_every_week",
            )
        ]


class RideEntry(models.Model):
    """What a match reads: one row for each ride that is not a residence's, written in the publishing transaction.

    For the reasons of `SearchEntry`, it holds no residence row and has no row-level security.
    """

    listing = models.OneToOneField(Listing, primary_key=True, on_delete=models.CASCADE, related_name="ride_entry")
    public_id = models.UUIDField()
    direction = models.CharField(max_length=8)
    #: The box in which a driver may be met, with the detour that they would make; where someone waits who rides along.
    reach = models.GeometryField(srid=WGS84, spatial_index=False)
    #: Seconds of the day, by the clock of its town, at which it is on its way (past midnight they go on), or leaves.
    underway = IntegerRangeField()
    #: The line of an offer, the two ends of a request, in the metric system of its department (its EPSG number).
    track = models.LineStringField(srid=0, spatial_index=False)
    metric_system = models.IntegerField()
    #: How long the line is, on the ellipsoid.
    metres = models.FloatField()
    time_zone = models.CharField(max_length=40)
    seconds = models.PositiveIntegerField()
    day = models.DateField(null=True)
    weekdays = ArrayField(models.PositiveSmallIntegerField())
    except_days = ArrayField(models.DateField())
    last_day = models.DateField(null=True)
    departure = models.TimeField()
    seats = models.PositiveSmallIntegerField()
    detour = models.PositiveSmallIntegerField()
    shared_beyond = models.BooleanField(default=False, db_default=False)
    #: Who may see it, as in `SearchEntry`.
    audience = models.CharField(max_length=40)
    author_id = models.BigIntegerField(null=True)
    catchment = models.MultiPolygonField(srid=WGS84, null=True, spatial_index=False)
    live_from = models.DateTimeField(null=True)
    live_until = models.DateTimeField(null=True)

    class Meta:
        """Found by where one may be met, and when."""

        indexes = [
            GistIndex(fields=["reach", "underway"], name="ride_offered_there_then", condition=Q(direction="offer")),
            GistIndex(fields=["reach", "underway"], name="ride_wanted_there_then", condition=Q(direction="request")),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
