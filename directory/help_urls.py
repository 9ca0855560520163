"""Addresses of helping hands; none says whose they are, or what for."""

from django.urls import path

from directory.pages import helps, visits, volunteers

urlpatterns = [
    path("coups-de-main/", helps.listed, name="helps"),
    path("coups-de-main/demander/", helps.ask, name="help-ask"),
    path("coups-de-main/code/", helps.join, name="help-code"),
    path("coups-de-main/benevole/", volunteers.volunteer, name="volunteer"),
    path("coups-de-main/benevole/<uuid:wanted>/", volunteers.answer, name="volunteer-answer"),
    path("coups-de-main/<uuid:public_id>/", helps.one, name="help"),
    path("coups-de-main/<uuid:public_id>/inviter/", helps.invite, name="help-invite"),
    path("coups-de-main/<uuid:public_id>/retirer/<uuid:trusted>/", helps.remove, name="help-remove"),
    path("coups-de-main/<uuid:public_id>/quitter/", helps.leave, name="help-leave"),
    path("coups-de-main/<uuid:public_id>/terminer/", helps.end, name="help-end"),
    path("coups-de-main/<uuid:public_id>/passages/", visits.plan, name="help-plan"),
    path("coups-de-main/<uuid:public_id>/passages/<uuid:slot>/", visits.change, name="help-slot"),
    path("coups-de-main/<uuid:public_id>/prevenir/", visits.alert, name="help-alert"),
    path("coups-de-main/<uuid:public_id>/mairie/", volunteers.want, name="help-want"),
    path("coups-de-main/<uuid:public_id>/mairie/<uuid:wanted>/", volunteers.settle, name="help-wanted"),
    path("coups-de-main/<uuid:public_id>/feuille/", visits.sheet, name="help-sheet"),
]
