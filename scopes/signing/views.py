"""The way in: an address, a code, and a name the first time."""

from __future__ import annotations

from allauth.account.utils import perform_login
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from geo.errors import InvalidParameter
from scopes.people import Account
from scopes.signing.forms import AddressForm, CodeForm, OpeningForm
from scopes.signing.limits import in_even_time
from scopes.signing.opening import account_at, open_account
from scopes.signing.proof import AddressProof

ENTER = "enter"
#: The address that was proved and has no account yet, in the session.
_PROVED = "proved_address"

_form = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@_form
@in_even_time
def enter(request: HttpRequest) -> HttpResponse:
    """Ask for an address, and send it a code."""
    if request.viewer.account_id is not None:
        return redirect(_destination(request, request.GET.get("next", "")))
    form = AddressForm(request.POST or None)
    then = request.POST.get("next", request.GET.get("next", ""))
    if request.method == "POST" and form.is_valid():
        try:
            AddressProof.begin(
                request, email=form.cleaned_data["email"], purpose=ENTER, template="code", then=_safe(request, then)
            )
            return redirect("account_confirm_login_code")
        except InvalidParameter as error:
            form.add_error("email", str(error))
    return render(request, "account/enter.html", {"form": form, "next": then})


@never_cache
@_form
@in_even_time
def confirm(request: HttpRequest) -> HttpResponse:
    """Ask for the code; whoever has it enters, or opens an account."""
    proof = AddressProof.awaited(request, purpose=ENTER)
    if proof is None:
        return redirect("account_login")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if proof.accept(request, form.cleaned_data["code"]):
            return _enter_or_open(request, proof)
        if AddressProof.awaited(request, purpose=ENTER) is None:
            return render(request, "account/enter.html", {"form": AddressForm(), "too_often": True, "next": proof.then})
        form.add_error("code", _("Ce n’est pas le code que nous avons envoyé."))
    return render(request, "account/code.html", {"form": form, "email": proof.email})


def _enter_or_open(request: HttpRequest, proof: AddressProof) -> HttpResponse:
    account = account_at(proof.email)
    if account:
        return _let_in(request, account, then=proof.then)
    request.session[_PROVED] = {"email": proof.email, "then": proof.then}
    return redirect("account_signup")


@never_cache
@_form
def open_own(request: HttpRequest) -> HttpResponse:
    """Ask who it is whose address was proved, and open the account."""
    proved = request.session.get(_PROVED)
    if proved is None:
        return redirect("account_login")
    form = OpeningForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        account = open_account(
            email=proved["email"],
            first_name=form.cleaned_data["first_name"],
            last_name=form.cleaned_data["last_name"],
            language=request.LANGUAGE_CODE,
        )
        del request.session[_PROVED]
        return _let_in(request, account, then=proved["then"])
    return render(request, "account/open.html", {"form": form, "email": proved["email"]})


@never_cache
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out; the session is gone from the server too."""
    logout(request)
    return redirect("home")


def _let_in(request: HttpRequest, account: Account, *, then: str) -> HttpResponse:
    """Enter, unless a second factor is still asked for."""
    return perform_login(request, account, redirect_url=then or None)


def _safe(request: HttpRequest, address: str) -> str:
    """An address within the site, else nothing."""
    ours = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if ours else ""


def _destination(request: HttpRequest, address: str) -> str:
    return _safe(request, address) or "home"
