"""`/moi/`: what is known of me, what I agreed to, taking it all away, and being erased."""

from __future__ import annotations

from contextlib import suppress

from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from procrastinate.exceptions import AlreadyEnqueued

from scopes.access import signed_in
from scopes.people import Account
from scopes.renaming import has_other_homes
from scopes.rights import archives, holding, inactivity
from scopes.rights.consenting import consent, consents_of, withdraw_consent
from scopes.rights.erasing import erase
from scopes.rights.forms import EraseForm
from scopes.rights.fresh import fresh_sign_in
from scopes.rights.registry import personal
from scopes.tasks import hand_over_archive

ASKED = "asked"

_form = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    """Show what one's rights are, each with its button."""
    return render(
        request,
        "rights/mine.html",
        {
            "consents": consents_of(_account(request)).items(),
            "known": sorted(personal(), key=lambda known: str(known.title)),
            "kept_years": inactivity.KEPT.days // 365,
            "notice_days": inactivity.NOTICE.days,
        },
    )


@require_POST
@signed_in
def agree(request: HttpRequest) -> HttpResponse:
    """Say yes to a use, or take the yes back."""
    deed = consent if request.POST.get("agreed") == "yes" else withdraw_consent
    deed(account=_account(request), use=request.POST.get("use", ""))
    return redirect(f"{reverse('rights')}#accords")


@_form
@fresh_sign_in
def copy(request: HttpRequest) -> HttpResponse:
    """Have everything about oneself put into a file; show the one that is ready."""
    account_id = request.viewer.account_id
    standing = archives.standing_archive(account_id=account_id)
    if request.method == "POST":
        if standing is None:
            # Pressed twice, it is made once.
            with suppress(AlreadyEnqueued), transaction.atomic():
                hand_over_archive.configure(queueing_lock=f"archive {account_id}").defer(account_id=account_id)
        return redirect(f"{reverse('archive')}?{ASKED}=1")
    told = {"archive": standing, "asked": ASKED in request.GET, "has_mail": bool(request.user.email)}
    return render(request, "rights/copy.html", told)


@require_safe
@fresh_sign_in
def take_away(request: HttpRequest) -> HttpResponse:
    """Give the file that is ready to whoever has just signed in."""
    standing = archives.standing_archive(account_id=request.viewer.account_id)
    return _file(archives.content_of(standing)) if standing else redirect("archive")


@require_safe
@signed_in
def fetch(request: HttpRequest, token: str) -> HttpResponse:
    """Give the file to whoever has the link of the mail and is that person."""
    return _file(archives.fetch_archive(account_id=request.viewer.account_id, token=token))


@_form
@fresh_sign_in
def leave_for_good(request: HttpRequest) -> HttpResponse:
    """Erase the account, once the word is typed; say good-bye."""
    account = _account(request)
    form = EraseForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        erase(account=account, with_words=form.cleaned_data["with_words"])
        logout(request)
        return redirect("erased")
    told = {
        "form": form,
        "wards": account.wards.all(),
        "holds_identities": holding.holds_identities(),
        "has_other_homes": has_other_homes(account),
    }
    return render(request, "rights/erase.html", told)


@require_safe
def erased(request: HttpRequest) -> HttpResponse:
    """Say that it is done; the page is the same for everyone."""
    return render(request, "rights/erased.html", {"holds_identities": holding.holds_identities()})


@_form
@signed_in
def sign_in_again(request: HttpRequest) -> HttpResponse:
    """Ask to sign in once more, the usual way and with what it asks for; back to where one came from."""
    then = request.GET.get(REDIRECT_FIELD_NAME, reverse("rights"))
    if request.method == "POST":
        logout(request)
        return redirect_to_login(then)
    return render(request, "rights/sign_in_again.html")


def _account(request: HttpRequest) -> Account:
    return Account.objects.get(pk=request.viewer.account_id)


def _file(content: bytes) -> HttpResponse:
    """Answer a file to be saved; its name says nothing of whose it is."""
    headers = {"Content-Disposition": 'attachment; filename="alentour.zip"'}
    return HttpResponse(content, content_type="application/zip", headers=headers)
