"""Addresses of what keeps the peace: reports, cases, decisions, and whom one no longer reads."""

from django.urls import path

from directory.pages import decisions, discretion, keepers, moderation, reporting

urlpatterns = [
    path("signaler/merci/", reporting.reported, name="reported"),
    path("signaler/<uuid:public_id>/", reporting.report, name="report"),
    path("moderation/", moderation.queue, name="moderation"),
    path("moderation/qui/", keepers.keepers, name="keepers"),
    path("moderation/qui/<uuid:public_id>/", keepers.keep, name="keep"),
    path("moderation/<uuid:public_id>/", moderation.case, name="case"),
    path("moderation/astreinte/", moderation.on_call_queue, name="on-call"),
    path("moderation/astreinte/<uuid:public_id>/", moderation.on_call_case, name="on-call-case"),
    path("mes-messages/decisions/", decisions.decisions, name="decisions"),
    path("mes-messages/decisions/<uuid:public_id>/", decisions.decision, name="decision"),
    path("discretion/<uuid:public_id>/", discretion.mute, name="mute"),
    path("moi/discretion/", discretion.discretion, name="discretion"),
    path("moi/discretion/<uuid:public_id>/relire/", discretion.read_again, name="read-again"),
    path("moi/discretion/<uuid:public_id>/ecrire/", discretion.who_writes, name="who-writes"),
]
