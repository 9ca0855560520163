"""Addresses of signing in and of one's account; names without hyphens are those that allauth looks for."""

from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from django.urls import path

from scopes.rights.fresh import fresh_sign_in
from scopes.signing import account_pages, door, opening_for

urlpatterns = [
    path("entrer/", door.enter, name="account_login"),
    path("entrer/code/", door.confirm, name="account_confirm_login_code"),
    path("entrer/code-imprime/", door.enter_by_printed_code, name="account-printed-code"),
    path("entrer/mot-de-passe/", door.enter_by_password, name="account-password-login"),
    path("entrer/second-facteur/", factor.authenticate, name="mfa_authenticate"),
    path("ouvrir/", door.open_own, name="account_signup"),
    path("ferme/", door.closed, name="account_inactive"),
    path("sortir/", door.leave, name="account_logout"),
    path("sortir-partout/", account_pages.leave_everywhere, name="account-leave-everywhere"),
    path("", account_pages.account, name="account"),
    path("nom/", account_pages.name, name="account-name"),
    path("adresse/", account_pages.move, name="account-address"),
    path("adresse/code/", account_pages.confirm_move, name="account-address-code"),
    path("mot-de-passe/", account_pages.password, name="account-password"),
    path("feuille/", account_pages.sheet, name="account-sheet"),
    path("ouvrir-pour/", opening_for.open_for, name="account-open-for"),
    path("ouvrir-pour/code/", opening_for.confirm_for, name="account-open-for-code"),
    path("enfant/<int:child_id>/feuille/", opening_for.child_sheet, name="account-child-sheet"),
    path("enfant/<int:child_id>/quinze-ans/", opening_for.child_of_age, name="account-child-of-age"),
    path("second-facteur/", fresh_sign_in(factor.index), name="mfa_index"),
    path("second-facteur/confirmer/", factor.reauthenticate, name="mfa_reauthenticate"),
    path("second-facteur/activer/", fresh_sign_in(totp.activate_totp), name="mfa_activate_totp"),
    path("second-facteur/retirer/", fresh_sign_in(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("second-facteur/secours/", fresh_sign_in(recovery.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "second-facteur/secours/refaire/",
        fresh_sign_in(recovery.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
]
