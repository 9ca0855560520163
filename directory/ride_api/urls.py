"""Addresses of the standard: they end without a slash."""

from django.urls import path

from directory.ride_api import views

urlpatterns = [
    path("driver_journeys", views.DriverJourneys.as_view(), name="driver-journeys"),
    path("passenger_journeys", views.PassengerJourneys.as_view(), name="passenger-journeys"),
    path("driver_regular_trips", views.DriverRegularTrips.as_view(), name="driver-regular-trips"),
    path("passenger_regular_trips", views.PassengerRegularTrips.as_view(), name="passenger-regular-trips"),
    path("status", views.Status.as_view(), name="rides-status"),
]
