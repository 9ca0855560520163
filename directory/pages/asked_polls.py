"""A poll that one's organisation asks: what is asked, of whom, and the one result; or it is taken back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from directory.asking_homes import own_poll, take_poll_back
from directory.audience_words import audience_in_words
from directory.errors import PollOver
from directory.notifying import decides_about
from directory.poll_results import result_for_sender
from scopes.access import second_factor
from scopes.errors import Refused
from scopes.moments import moment
from scopes.organisations.proposing import acting_as
from scopes.reach import LEAST


@require_safe
@second_factor
def asked_poll(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Show a poll of one's organisation: by public data, and by its result once it is over."""
    own = own_poll(request.user, handle)
    asked, now = own.asked_poll, timezone.now()
    acting = acting_as(request.user, own.mandate.organisation)
    context = {
        "mailing": own,
        "organisation": own.mandate.organisation.name,
        "question": own.fields["question"],
        "text": own.fields["text"],
        "choices": own.fields["choices"].splitlines(),
        "audience": audience_in_words(own),
        "homes": number_format(own.homes, use_l10n=True, force_grouping=True),
        "sent": moment(own.sent_at),
        "withdrawn": own.withdrawn_at and moment(own.withdrawn_at),
        "until": moment(asked.ends_at),
        "is_over": asked.ends_at <= now,
        "result": result_for_sender(own),
        "least": LEAST,
        "is_small": own.homes < LEAST,
        "may_take_back": own.withdrawn_at is None and asked.ends_at > now and decides_about(acting, own),
    }
    return render(request, "directory/asked_poll.html", context)


@require_POST
@second_factor
def take_asked_poll_back(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Take a poll of one's organisation back, with its votes."""
    own = own_poll(request.user, handle)
    try:
        take_poll_back(account=request.user, mailing=own)
    except (Refused, PollOver) as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Le sondage est repris, et ses votes sont effacés."))
    return redirect("asked-poll", handle)
