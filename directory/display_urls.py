"""Addresses of what was sent on paper: the page of a send, its sheets at entrances, and the proofs of it."""

from django.urls import path

from directory.pages import displays, evidence
from directory.pages.subscriber_year import subscriber_year

urlpatterns = [
    path("avis/envoi/<uuid:handle>/", displays.mailing, name="mailing"),
    path("avis/envoi/<uuid:handle>/preuve/", displays.make_evidence, name="make-evidence"),
    path("a/<uuid:handle>/", displays.sheet, name="sheet"),
    path("gerer/affiches/", displays.to_hang, name="sheets-to-hang"),
    path("organismes/<uuid:handle>/annee/<int:year>/", subscriber_year, name="subscriber-year"),
    path("preuve/", evidence.check, name="evidence-check"),
    path("preuve/<slug:digest>/", evidence.evidence, name="evidence"),
    path("preuve/<slug:digest>/contenu/", evidence.content, name="evidence-content"),
    path("preuve/<slug:digest>/feuille/", evidence.sheet, name="evidence-sheet"),
]
