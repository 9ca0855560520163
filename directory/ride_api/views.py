"""`/covoiturage/api/v1/`: searches of the *Standard covoiturage*, by a key; links lead back here (docs/api.md)."""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.http import HttpResponse, JsonResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.views import APIView

from directory.errors import TooFast
from directory.models import Carpool, RideEntry
from directory.operators.views import KeyView
from directory.ride_api import openapi as described
from directory.ride_api.authentication import RideKeyAuthentication
from directory.ride_api.parameters import JOURNEYS, TRIPS, read_journeys, read_trips
from directory.ride_api.searching import search
from directory.ride_api.told import told_journey, told_trip
from geo.parameters import check_names

OFFER, REQUEST = Carpool.Direction.OFFER, Carpool.Direction.REQUEST


class RideView(KeyView):
    """A search, by a key to search rides."""

    authentication_classes = [RideKeyAuthentication]
    http_method_names = ["get", "head"]

    def journeys(self, request: Request, direction: Carpool.Direction) -> HttpResponse:
        """Answer journeys at a moment."""
        found = search(read_journeys(request.query_params), direction)
        return _json([told_journey(one, self.key.organisation) for one in found])

    def trips(self, request: Request, direction: Carpool.Direction) -> HttpResponse:
        """Answer what goes every week."""
        found = search(read_trips(request.query_params), direction)
        return _json([told_trip(one, self.key.organisation) for one in found])


class DriverJourneys(RideView):
    """Who drives, at a moment."""

    known = JOURNEYS

    @extend_schema(**described.DRIVER_JOURNEYS)
    def get(self, request: Request) -> HttpResponse:
        """List the journeys of drivers."""
        return self.journeys(request, OFFER)


class PassengerJourneys(RideView):
    """Who looks for a seat, at a moment."""

    known = JOURNEYS

    @extend_schema(**described.PASSENGER_JOURNEYS)
    def get(self, request: Request) -> HttpResponse:
        """List the journeys of passengers."""
        return self.journeys(request, REQUEST)


class DriverRegularTrips(RideView):
    """Who drives every week."""

    known = TRIPS

    @extend_schema(**described.DRIVER_REGULAR_TRIPS)
    def get(self, request: Request) -> HttpResponse:
        """List the regular trips of drivers."""
        return self.trips(request, OFFER)


class PassengerRegularTrips(RideView):
    """Who looks for a seat every week."""

    known = TRIPS

    @extend_schema(**described.PASSENGER_REGULAR_TRIPS)
    def get(self, request: Request) -> HttpResponse:
        """List the regular trips of passengers."""
        return self.trips(request, REQUEST)


class Status(APIView):
    """Whether rides can be searched, for whoever asks, without a key."""

    http_method_names = ["get", "head"]

    @extend_schema(**described.STATUS)
    def get(self, request: Request) -> HttpResponse:
        """Answer once the database did."""
        check_names(request.query_params, ())
        if not ratelimit.consume(request, app="allauth.account", action="rides_status", limit_get=True):
            raise TooFast(60)
        RideEntry.objects.exists()
        response = _json({"status": "ok"})
        response["Cache-Control"] = "no-store"
        return response


def _json(told: object) -> JsonResponse:
    return JsonResponse(told, safe=False, json_dumps_params={"ensure_ascii": False})
