"""Pages of one's own account: name, address, password, printed codes, and the way out everywhere."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django.contrib.auth import logout, update_session_auth_hash
from django.contrib.auth.forms import SetPasswordForm
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from geo.errors import InvalidParameter
from scopes.access import signed_in
from scopes.people import Account
from scopes.renaming import has_other_homes, rename
from scopes.rights.fresh import fresh_sign_in
from scopes.sending import send
from scopes.signing.forms import AddressForm, CodeForm, NameForm
from scopes.signing.limits import in_even_time
from scopes.signing.opening import change_address
from scopes.signing.printing import print_codes
from scopes.signing.proof import AddressProof

MOVE = "move"

_form = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@signed_in
def account(request: HttpRequest) -> HttpResponse:
    """Show what the account is made of."""
    context = {
        "has_second_factor": is_mfa_enabled(request.user),
        "printed": request.user.printed_codes.count(),
        "unused": request.user.printed_codes.unused().count(),
        "children": request.user.wards.order_by("first_name"),
    }
    return render(request, "account/account.html", context)


@_form
@signed_in
def name(request: HttpRequest) -> HttpResponse:
    """Correct one's name."""
    # Another object than the header's, which goes on calling the person by the name that stands.
    form = NameForm(request.POST or None, instance=Account.objects.get(pk=request.viewer.account_id))
    if request.method == "POST" and form.is_valid():
        rename(account=request.user, **form.cleaned_data)
        return redirect("account")
    return render(request, "account/name.html", {"form": form, "has_other_homes": has_other_homes(request.user)})


@never_cache
@_form
@fresh_sign_in
@in_even_time
def move(request: HttpRequest) -> HttpResponse:
    """Ask for another address, and send it a code."""
    form = AddressForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            AddressProof.begin(request, email=form.cleaned_data["email"], purpose=MOVE)
            return redirect("account-address-code")
        except InvalidParameter as error:
            form.add_error("email", str(error))
    return render(request, "account/address.html", {"form": form})


@never_cache
@_form
@signed_in
@in_even_time
def confirm_move(request: HttpRequest) -> HttpResponse:
    """Ask for the code; the account then has the other address, and the earlier one is told."""
    proof = AddressProof.awaited(request, purpose=MOVE)
    if proof is None:
        return redirect("account-address")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if proof.accept(request, form.cleaned_data["code"]):
            return _move(request, proof.email)
        form.add_error("code", _("Ce n’est pas le code que nous avons envoyé."))
    return render(request, "account/code.html", {"form": form, "email": proof.email, "moving": True})


def _move(request: HttpRequest, email: str) -> HttpResponse:
    try:
        earlier = change_address(account=request.user, email=email)
    except IntegrityError:  # who proved the address may be told
        form = AddressForm(data={"email": email})
        form.add_error("email", _("Un autre compte a cette adresse : entrez-y, ou donnez-en une autre."))
        return render(request, "account/address.html", {"form": form})
    if earlier and earlier != email:
        send(to=earlier, template="moved", language=request.LANGUAGE_CODE)
    return redirect("account")


@never_cache
@_form
@sensitive_post_parameters()
@fresh_sign_in
def password(request: HttpRequest) -> HttpResponse:
    """Choose a password, or do without again; other browsers are signed out."""
    form = SetPasswordForm(request.user, request.POST or None)
    for field in form.fields.values():
        field.widget.attrs["class"] = "form-control"
    if request.method == "POST" and "without" in request.POST:
        request.user.set_unusable_password()
        request.user.save(update_fields=["password"])
    elif request.method == "POST" and form.is_valid():
        form.save()
    else:
        return render(request, "account/choose_password.html", {"form": form})
    update_session_auth_hash(request, request.user)
    return redirect("account")


@never_cache
@_form
@fresh_sign_in
def sheet(request: HttpRequest) -> HttpResponse:
    """Print a sheet of codes; it is shown once."""
    codes = print_codes(account=request.user) if request.method == "POST" else []
    return render(request, "account/sheet.html", {"codes": codes, "owner": request.user})


@require_POST
@signed_in
def leave_everywhere(request: HttpRequest) -> HttpResponse:
    """Sign out of every browser."""
    request.user.sessions.all().delete()
    request.user.push_subscriptions.all().delete()
    logout(request)
    return redirect("home")
