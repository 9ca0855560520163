"""`/avis/sondage/<mandate>/`: an organisation asks homes under its mandate; what is asked, to whom, then it is sent."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from directory.asking_homes import MAY_ASK, Question, ask_homes, check_asked
from directory.audience_form import AudienceForm
from directory.models import Mailing
from directory.notice_audiences import Audience, right_under
from directory.notice_templates import when_of
from directory.notifying import mandates_of
from directory.poll_forms import HomesPollForm
from maps.whom import chosen, whom, whom_in_words
from scopes.access import second_factor
from scopes.models import Mandate
from scopes.moments import today_at
from scopes.organisations.proposing import acting_as
from scopes.reach import LEAST

#: What is proposed first.
TWO_WEEKS = timedelta(days=14)


@require_http_methods(["GET", "HEAD", "POST"])
@second_factor
def ask_the_homes(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Write a question, choose whom it is asked, see what they will read, and ask it."""
    mandate = _under(request, handle)
    data = request.POST if request.method == "POST" else None
    acting = acting_as(request.user, mandate.organisation)
    clock = right_under(mandate, acting).time_zone
    form = HomesPollForm(data, time_zone=clock, initial={"ends_on": (today_at(clock) + TWO_WEEKS).isoformat()})
    choice = AudienceForm(
        data,
        mandate=mandate,
        acting=acting,
        # Nobody knows behind which door of a residence a household lives: all of it would answer.
        without=[Mailing.To.ENTRANCES],
    )
    seen: list[Mailing] = []

    def done(audience: Audience) -> HttpResponse | None:
        asked = {"account": request.user, "mandate": mandate, "audience": audience, "asked": Question(**form.columns)}
        if "send" in request.POST:
            return _asked(request, ask_homes(**asked))
        seen.append(check_asked(**asked))
        return None

    audience, refused, sent = chosen(choice, form, done)
    if sent:
        return sent
    wrong = bool(form.errors or choice.errors or refused)
    context = {
        **whom(request, mandate, choice, audience),
        "form": form,
        "preview": _preview(seen[0], audience) if seen else None,
        "least": LEAST,
        "asks": True,
        "refused": refused,
        "wrong": wrong,
    }
    return render(request, "maps/homes_poll_form.html", context, status=400 if wrong else 200)


def _under(request: HttpRequest, handle: UUID) -> Mandate:
    for mandate in mandates_of(request.user):
        if mandate.handle == handle and mandate.organisation.kind in MAY_ASK:
            return mandate
    raise Http404


def _asked(request: HttpRequest, mailing: Mailing) -> HttpResponse:
    messages.success(request, _("La question part dans deux minutes. D’ici là, vous pouvez la reprendre."))
    return redirect("asked-poll", mailing.handle)


def _preview(mailing: Mailing, audience: Audience) -> dict:
    """What will be read, and by whom, by public data."""
    return {
        **whom_in_words(audience),
        "question": mailing.fields["question"],
        "text": mailing.fields["text"],
        "choices": mailing.fields["choices"].splitlines(),
        "until": when_of(mailing.template, mailing.fields),
        "is_small": mailing.homes < LEAST,
    }
