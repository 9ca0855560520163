"""Addresses of subscriptions."""

from django.urls import path

from scopes.home_pages import subscribing

urlpatterns = [
    path("organismes/<uuid:handle>/abonnement/", subscribing.own, name="own-subscriptions"),
    path("organismes/<uuid:handle>/abonnement/releve/", subscribing.statement_sheet, name="statement-sheet"),
    path("organismes/devis/<uuid:handle>/", subscribing.quote_sheet, name="quote-sheet"),
    path("exploitation/abonnements/", subscribing.subscriptions, name="subscriptions"),
]
