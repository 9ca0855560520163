"""Addresses of one's rights over one's data."""

from django.urls import path

from scopes.rights import pages

urlpatterns = [
    path("", pages.mine, name="rights"),
    path("accords/", pages.agree, name="consents"),
    path("copie/", pages.copy, name="archive"),
    path("copie/emporter/", pages.take_away, name="archive-file"),
    path("copie/<str:token>/", pages.fetch, name="archive-link"),
    path("effacer/", pages.leave_for_good, name="erase"),
    path("efface/", pages.erased, name="erased"),
    path("confirmer/", pages.sign_in_again, name="sign-in-again"),
]
