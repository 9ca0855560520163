"""Opening an account for someone else: a child under 15, or a person who cannot alone and sits beside."""

from __future__ import annotations

from allauth.core import ratelimit
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from geo.errors import InvalidParameter
from scopes.access import signed_in
from scopes.people import Account
from scopes.signing.forms import CodeForm, OpeningForForm
from scopes.signing.limits import in_even_time
from scopes.signing.opening import account_at, come_of_age, open_account
from scopes.signing.printing import print_codes
from scopes.signing.proof import AddressProof

FOR = "open-for"
#: What was filled in while the code is on its way, in the session.
_FILLED = "opening_for"

_form = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@_form
@signed_in
@in_even_time
def open_for(request: HttpRequest) -> HttpResponse:
    """Ask for whom; with an address, that address is proved first."""
    if request.user.guardian_id:
        raise Http404  # a child opens no accounts
    form = OpeningForForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        filled = form.cleaned_data
        try:
            if not ratelimit.consume(request, action="open_for"):
                raise InvalidParameter("whose", _("Vous avez ouvert beaucoup de comptes aujourd’hui : revenez demain."))
            if not filled["email"]:
                return _open(request, filled)
            AddressProof.begin(request, email=filled["email"], purpose=FOR)
            request.session[_FILLED] = filled
            return redirect("account-open-for-code")
        except InvalidParameter as error:
            form.add_error(error.parameter, str(error))
    return render(request, "account/open_for.html", {"form": form})


@never_cache
@_form
@signed_in
@in_even_time
def confirm_for(request: HttpRequest) -> HttpResponse:
    """Ask for the code that the other person received."""
    proof = AddressProof.awaited(request, purpose=FOR)
    if proof is None or _FILLED not in request.session:
        return redirect("account-open-for")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if proof.accept(request, form.cleaned_data["code"]):
            return _open(request, request.session.pop(_FILLED))
        form.add_error("code", _("Ce n’est pas le code que nous avons envoyé."))
    return render(request, "account/code.html", {"form": form, "email": proof.email, "for_another": True})


def _open(request: HttpRequest, filled: dict) -> HttpResponse:
    """Open the account and show how its person enters: by the address, else by a sheet of codes."""
    if filled["email"] and account_at(filled["email"]):
        return render(request, "account/opened_for.html", {"known": True})
    bond = "guardian" if filled["whose"] == OpeningForForm.CHILD else "opened_with"
    opened = open_account(
        email=filled["email"],
        first_name=filled["first_name"],
        last_name=filled["last_name"],
        language=request.LANGUAGE_CODE,
        **{bond: request.user},
    )
    codes = [] if opened.email else print_codes(account=opened)
    return render(request, "account/opened_for.html", {"opened": opened, "codes": codes})


@never_cache
@require_POST
@signed_in
def child_sheet(request: HttpRequest, child_id: int) -> HttpResponse:
    """Print a new sheet of codes for one's child."""
    child = Account.objects.filter(pk=child_id, guardian=request.user).first()
    if child is None:
        raise Http404
    return render(request, "account/sheet.html", {"codes": print_codes(account=child), "owner": child})


@require_POST
@signed_in
def child_of_age(request: HttpRequest, child_id: int) -> HttpResponse:
    """Let the account be the child's own, at 15."""
    come_of_age(guardian=request.user, child_id=child_id)
    return redirect("account")
