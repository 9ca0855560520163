"""Addresses of the demonstration."""

from django.urls import path

from config.demonstration import pages

urlpatterns = [
    path("", pages.people, name="demo"),
    path("courrier/", pages.mail, name="demo-mail"),
    path("devenir/<slug:slug>/", pages.become, name="demo-become"),
]
