"""Addresses of those who keep the page of a place, and of those who decide whose it is."""

from django.urls import path

from directory.pages import (
    add,
    calendars,
    claims,
    deciding,
    events,
    offers,
    organisation_words,
    place,
    remarks,
    volunteers,
)

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
    path("organismes/<uuid:handle>/actualites/", organisation_words.said, name="own-news"),
    path("organismes/<uuid:handle>/actualites/ajouter/", organisation_words.add, name="add-news"),
    path("organismes/<uuid:handle>/actualites/<uuid:public_id>/", organisation_words.change, name="change-news"),
    path("pro/", offers.pro, name="pro"),
    path("pro/<uuid:place>/affiche/", offers.poster, name="window-poster"),
    path("pro/<uuid:place>/offre/<uuid:public_id>/affiche/", offers.poster, name="offer-poster"),
    path("pro/<uuid:place>/offre/<uuid:public_id>/retirer/", offers.take_offer_back, name="take-offer-back"),
    path("organismes/<uuid:handle>/agendas/", calendars.calendars, name="own-calendars"),
    path("organismes/<uuid:handle>/agendas/<uuid:calendar>/", calendars.calendar, name="own-calendar"),
    path("organismes/<uuid:handle>/a-decider/", deciding.town_decisions, name="town-decisions"),
    path("organismes/<uuid:handle>/benevoles/", volunteers.volunteers, name="volunteers"),
    path("remarque/merci/", remarks.remarked, name="remarked"),
    path("remarque/<uuid:public_id>/", remarks.say_remark, name="say-remark"),
    path("organismes/fiches-a-corriger/", remarks.pages_to_put_right, name="pages-to-put-right"),
    path("organismes/fiches-a-corriger/<uuid:public_id>/", remarks.put_right, name="put-right"),
    path("exploitation/etablissements/", deciding.decide_claims, name="decide-claims"),
]
