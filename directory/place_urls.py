"""Addresses of those who keep the page of a place, and of those who decide whose it is."""

from django.urls import path

from directory.pages import add, claims, deciding, events, place

urlpatterns = [
    path("annonce/<uuid:public_id>/tenir/", claims.claim, name="claim"),
    path("organismes/code/", claims.door_code, name="door-code"),
    path("organismes/lieux/", claims.places, name="places"),
    path("organismes/lieux/ajouter/", add.add, name="add-place"),
    path("organismes/lieux/<uuid:handle>/", place.keep_place, name="keep-place"),
    path("organismes/lieux/<uuid:handle>/preuve/", claims.answer_claim, name="answer-claim"),
    path("organismes/<uuid:handle>/evenements/", events.events, name="own-events"),
    path("organismes/<uuid:handle>/evenements/ajouter/", events.add, name="add-event"),
    path("organismes/<uuid:handle>/evenements/<uuid:public_id>/", events.change, name="change-event"),
    path("organismes/<uuid:handle>/a-decider/", deciding.town_decisions, name="town-decisions"),
    path("exploitation/etablissements/", deciding.decide_claims, name="decide-claims"),
]
