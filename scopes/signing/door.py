"""The way in: an address and a code, and a name the first time; or a printed code; or a password."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.utils import perform_login
from allauth.core import ratelimit
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from geo.errors import InvalidParameter
from scopes.people import Account
from scopes.signing.forms import AddressForm, CodeForm, OpeningForm, PasswordForm, PrintedCodeForm
from scopes.signing.limits import in_even_time
from scopes.signing.opening import account_at, open_account
from scopes.signing.printing import use_printed_code
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
    then = within_site(request, request.POST.get("next", request.GET.get("next", "")))
    if request.viewer.account_id is not None:
        return redirect(then or "home")
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            AddressProof.begin(request, email=form.cleaned_data["email"], purpose=ENTER, then=then)
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
            return render(request, "account/enter.html", {"form": AddressForm(), "spent": True, "next": proof.then})
        form.add_error("code", _("Ce n’est pas le code que nous avons envoyé."))
    return render(request, "account/code.html", {"form": form, "email": proof.email})


def _enter_or_open(request: HttpRequest, proof: AddressProof) -> HttpResponse:
    account = account_at(proof.email)
    if account:
        return let_in(request, account, then=proof.then)
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
        names = {name: form.cleaned_data[name] for name in ("first_name", "last_name")}
        account = open_account(email=proved["email"], language=request.LANGUAGE_CODE, **names)
        del request.session[_PROVED]
        return let_in(request, account, then=proved["then"])
    return render(request, "account/open.html", {"form": form, "email": proved["email"]})


@never_cache
@_form
@in_even_time
def enter_by_printed_code(request: HttpRequest) -> HttpResponse:
    """Ask for a code from a printed sheet."""
    form = PrintedCodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        account = None
        if ratelimit.consume(request, action="printed_code"):
            account = use_printed_code(typed=form.cleaned_data["code"])
        if account:
            return let_in(request, account)
        form.add_error("code", _("Ce code n’ouvre rien. Essayez le suivant de votre feuille, dans quelques minutes."))
    return render(request, "account/printed_code.html", {"form": form})


@never_cache
@_form
@sensitive_post_parameters("password")
@in_even_time
def enter_by_password(request: HttpRequest) -> HttpResponse:
    """Ask for an address and its password: for those who chose one."""
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            account = get_adapter().authenticate(request, **form.cleaned_data)
        except ValidationError:  # too many attempts, told like any other
            account = None
        if account:
            return let_in(request, account)
        form.add_error("password", _("Cette adresse et ce mot de passe ne vont pas ensemble, ou trop d’essais."))
    return render(request, "account/password.html", {"form": form})


@never_cache
@require_safe
def closed(request: HttpRequest) -> HttpResponse:
    """Say that an account was closed to its person; only who proved to be that person comes here."""
    return render(request, "account/closed.html")


@never_cache
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out; the session is gone from the server too."""
    logout(request)
    return redirect("home")


def let_in(request: HttpRequest, account: Account, *, then: str = "") -> HttpResponse:
    """Enter, unless a second factor is still asked for."""
    return perform_login(request, account, redirect_url=then or None)


def within_site(request: HttpRequest, address: str) -> str:
    """Return an address within the site, from its root, else nothing: a bare word is no address."""
    within = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    return address if within and address.startswith("/") else ""
