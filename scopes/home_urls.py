"""Addresses of one's homes, and of those who keep a residence."""

from django.urls import path

from scopes.home_pages import (
    finding,
    granting,
    keeping,
    mine,
    newcomers,
    operating,
    organisations,
    proving,
    reshaping,
    who_writes,
)

urlpatterns = [
    path("chez-moi/", mine.homes, name="homes"),
    path("chez-moi/rejoindre/", finding.join, name="join-home"),
    path("chez-moi/manquante/", reshaping.missing, name="missing-residence"),
    path("chez-moi/code/", proving.enter_code, name="enter-code"),
    path("chez-moi/<uuid:handle>/", proving.proofs, name="home-proofs"),
    path("chez-moi/<uuid:handle>/lettre/", proving.ask_letter, name="ask-letter"),
    path("chez-moi/<uuid:handle>/presentation/", proving.introduce_oneself, name="introduce"),
    path("chez-moi/<uuid:handle>/lot/", proving.give_lot, name="give-lot"),
    path("chez-moi/<uuid:handle>/position/", proving.give_position, name="give-position"),
    path("chez-moi/<uuid:handle>/choisir/", mine.choose_home, name="choose-home"),
    path("chez-moi/<uuid:handle>/quitter/", mine.leave_home, name="leave-home"),
    path("chez-moi/<uuid:handle>/foyer/", mine.household, name="household"),
    path("chez-moi/<uuid:handle>/residence/", reshaping.my_residence, name="my-residence"),
    path("chez-moi/<uuid:handle>/suite/", reshaping.follow_residence, name="follow-residence"),
    path("chez-moi/<uuid:handle>/voisins/", newcomers.newcomers, name="newcomers"),
    path("chez-moi/<uuid:handle>/voisins/<uuid:alias>/", newcomers.answer, name="answer-newcomer"),
    path("chez-moi/<uuid:handle>/qui-ecrit/", who_writes.who_writes, name="home-mandates"),
    path("organismes/", organisations.organisations, name="organisations"),
    path("organismes/<uuid:handle>/", organisations.organisation, name="organisation"),
    path("organismes/mandat/<uuid:handle>/finir/", organisations.end_mandate, name="end-mandate"),
    path("gerer/", keeping.keeping, name="keeping"),
    path("gerer/confirmer/<uuid:alias>/", keeping.answer, name="keeper-answer"),
    path("gerer/affiche/", keeping.poster, name="keeper-poster"),
    path("gerer/affiche/retirer/", keeping.take_poster_down, name="keeper-poster-down"),
    path("gerer/lots/", keeping.lots, name="keeper-lots"),
    path("gerer/<uuid:handle>/residence/", reshaping.managed_residence, name="managed-residence"),
    path("exploitation/courriers/", operating.letters, name="letters"),
    path("exploitation/residences/", operating.changes, name="residence-changes"),
    path("exploitation/gestionnaires/", operating.managers, name="managers"),
    path("exploitation/organismes/", granting.mandates, name="mandates"),
]
