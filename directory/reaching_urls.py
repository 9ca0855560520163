"""Addresses of how notices reach a person, and of where mails and notifications lead."""

from django.urls import path

from directory.pages import reaching_me

urlpatterns = [
    path("avis/recu/<uuid:handle>/", reaching_me.received, name="notice-received"),
    path("avis/stop/<str:token>/", reaching_me.stop_mail, name="stop-mail"),
    path("avis/<uuid:public_id>/taire/", reaching_me.silence_like, name="silence"),
    path("moi/avis/", reaching_me.reaching_me, name="reaching-me"),
    path("moi/avis/appareil/", reaching_me.add_browser, name="add-browser"),
    path("moi/avis/appareil/<uuid:handle>/retirer/", reaching_me.remove_browser, name="remove-browser"),
    path("moi/avis/de/<uuid:handle>/", reaching_me.sender_kinds, name="sender-kinds"),
    path("moi/avis/entendre/<uuid:handle>/<slug:code>/", reaching_me.hear, name="hear-again"),
]
