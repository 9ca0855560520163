"""Addresses of one's homes, and of those who keep a residence."""

from django.urls import path

from scopes.home_pages import finding, mine, newcomers, proving

urlpatterns = [
    path("chez-moi/", mine.homes, name="homes"),
    path("chez-moi/trouver/", finding.find, name="find-home"),
    path("chez-moi/rejoindre/", finding.join, name="join-home"),
    path("chez-moi/code/", proving.enter_code, name="enter-code"),
    path("chez-moi/<uuid:handle>/", proving.proofs, name="home-proofs"),
    path("chez-moi/<uuid:handle>/lettre/", proving.ask_letter, name="ask-letter"),
    path("chez-moi/<uuid:handle>/presentation/", proving.introduce_oneself, name="introduce"),
    path("chez-moi/<uuid:handle>/lot/", proving.give_lot, name="give-lot"),
    path("chez-moi/<uuid:handle>/position/", proving.give_position, name="give-position"),
    path("chez-moi/<uuid:handle>/choisir/", mine.choose_home, name="choose-home"),
    path("chez-moi/<uuid:handle>/quitter/", mine.leave_home, name="leave-home"),
    path("chez-moi/<uuid:handle>/foyer/", mine.household, name="household"),
    path("chez-moi/<uuid:handle>/voisins/", newcomers.newcomers, name="newcomers"),
    path("chez-moi/<uuid:handle>/voisins/<uuid:alias>/", newcomers.answer, name="answer-newcomer"),
]
