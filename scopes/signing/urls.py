"""Addresses of signing in; the names are those that allauth looks for."""

from django.urls import path

from scopes.signing import views

urlpatterns = [
    path("entrer/", views.enter, name="account_login"),
    path("code/", views.confirm, name="account_confirm_login_code"),
    path("ouvrir/", views.open_own, name="account_signup"),
    path("sortir/", views.leave, name="account_logout"),
]
