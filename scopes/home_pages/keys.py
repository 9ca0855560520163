"""Pages of the keys by which an organisation's programs send notices, or search: made, shown once, revoked."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from geo.errors import InvalidParameter
from scopes.access import second_factor
from scopes.errors import Refused
from scopes.home_pages.forms import KeyForm
from scopes.home_pages.organisations import own_organisation
from scopes.key_models import ApiKey
from scopes.organisation_models import Organisation
from scopes.organisations.acting import acts_for
from scopes.organisations.keys import make_key, reaches_of, revoke_key

#: Keys that are over and still listed.
MOST_OVER = 10
#: From when on a key that ends is marked.
EXPIRES_SOON = timedelta(days=30)


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor
def keys(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Show the keys of an organisation to the one responsible; make another, whose text this one answer shows."""
    own = _own(request, handle)
    reaches = reaches_of(own)
    form = KeyForm(request.POST if request.method == "POST" else None, reaches=reaches)
    made, refused = "", ""
    if form.is_bound and form.is_valid():
        try:
            made, _key = make_key(account=request.user, organisation=own, **form.cleaned_data)
        except InvalidParameter as error:
            form.add_error(error.parameter, str(error))
        except Refused as error:
            refused = str(error)
        else:
            form = KeyForm(reaches=reaches)
    standing = set(own.api_keys.standing().values_list("pk", flat=True))
    every = [_shown(key, key.pk in standing) for key in own.api_keys.all()]
    over = [key for key in every if not key["stands"]]
    context = {
        "organisation": own,
        "form": form,
        "made": made,
        "refused": refused,
        "keys": [key for key in every if key["stands"]],
        "over": over[:MOST_OVER],
        "may_make": bool(reaches),
    }
    return render(request, "organisations/keys.html", context, status=400 if form.errors or refused else 200)


@require_POST
@second_factor
def revoke(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Take a key back."""
    key = ApiKey.objects.filter(handle=handle).select_related("organisation").first()
    if key is None or not acts_for(request.user, key.organisation, responsible=True):
        raise Http404
    revoke_key(account=request.user, key=key)
    messages.success(request, _("La clé ne sert plus."))
    return redirect("api-keys", key.organisation.handle)


def _own(request: HttpRequest, handle: UUID) -> Organisation:
    own = own_organisation(request, handle)
    if not acts_for(request.user, own, responsible=True):
        raise Http404
    return own


def _shown(key: ApiKey, stands: bool) -> dict:
    """A key by what is known of it; its text is not."""
    return {
        "handle": key.handle,
        "name": key.name,
        "prefix": key.prefix,
        "may": key.get_reach_display(),
        "may_be_urgent": key.may_be_urgent,
        "made_at": key.made_at,
        "expires_at": key.expires_at,
        "expires_soon": key.expires_at - timezone.now() < EXPIRES_SOON,
        "last_used_on": key.last_used_on,
        "revoked_at": key.revoked_at,
        "stands": stands,
    }
