"""Who asks for a neighbour's word, and who has just arrived: "le connaissez-vous ?"."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from scopes.access import signed_in
from scopes.errors import Refused
from scopes.home_mails import be_told_of_newcomers
from scopes.home_pages.mine import described
from scopes.home_pages.own import doing, own_home
from scopes.homes import Membership
from scopes.objecting import object_to
from scopes.proofs.word import give_word, introduced_to_neighbours, may_vouch, standing_words_of, withdraw_word

#: The longest waiting; the others come when these are answered.
MOST_SHOWN = 20


@require_safe
@signed_in
def newcomers(request: HttpRequest, handle: UUID) -> HttpResponse:
    """Show a settled resident the people who ask for a word, and those who arrived in the last days."""
    home = _settled(request, handle)
    context = {
        "home": described(home),
        "may_vouch": may_vouch(home),
        "asking": [_named(one) for one in introduced_to_neighbours(home)[:MOST_SHOWN]],
        "arrived": [_named(one) for one in _arrived(home)[:MOST_SHOWN]],
        "is_told": home.told_of_newcomers,
        "vouched": [_named(word.membership) for word in _words_to_take_back(home)],
    }
    return render(request, "homes/newcomers.html", context)


@require_POST
@signed_in
def answer(request: HttpRequest, handle: UUID, alias: UUID) -> HttpResponse:
    """Take what a resident says of a newcomer: I know, I do not know, I was wrong."""
    home = _settled(request, handle)
    newcomer = _shown_to(home).filter(alias__public_id=alias).first()
    if newcomer is None:
        raise Http404
    said = request.POST.get("said", "")
    try:
        if said == "known":
            give_word(giver=home, newcomer=newcomer)
        elif said == "withdrawn":
            withdraw_word(giver=home, newcomer=newcomer)
        elif said == "unknown":
            object_to(resident=home, newcomer=newcomer)
        else:
            raise Http404
    except Refused as error:
        messages.warning(request, str(error))
    else:
        messages.success(request, _("Merci, c’est noté. Personne n’apprend ce que vous avez répondu."))
    return redirect("newcomers", handle)


@doing("newcomers")
def tell_me(request: HttpRequest, home: Membership) -> str:
    """Be written to when someone comes, or not any more."""
    told = "no" not in request.POST
    be_told_of_newcomers(membership=home, told=told)
    return _("Nous vous écrirons.") if told else _("Nous ne vous écrirons plus pour cela.")


def _settled(request: HttpRequest, handle: UUID) -> Membership:
    """One's own home where one is settled and lives; for others the page does not exist."""
    home = own_home(request, handle)
    if not home.lives_there or not Membership.objects.settled().filter(pk=home.pk).exists():
        raise Http404
    return home


def _arrived(home: Membership):
    newcomers = Membership.objects.provisional().filter(residence=home.residence_id)
    unanswered = newcomers.exclude(household=home.household_id).exclude(objections__household=home.household_id)
    return unanswered.select_related("alias__account").order_by("-entered_at", "pk")


def _words_to_take_back(home: Membership):
    """Words given for people who are not settled yet."""
    settled = Membership.objects.settled().values("pk")
    words = standing_words_of(home).exclude(membership__in=settled).order_by("-given_at")
    return words.select_related("membership__alias__account")


def _shown_to(home: Membership):
    """Everyone of whom this home may say something: introduced, newly arrived, or vouched for."""
    ids = {one.pk for one in (*introduced_to_neighbours(home), *_arrived(home))}
    ids.update(standing_words_of(home).values_list("membership", flat=True))
    return Membership.objects.filter(pk__in=ids, residence=home.residence_id, ended_at__isnull=True)


def _named(newcomer: Membership) -> dict:
    return {
        "alias": newcomer.alias.public_id,
        "name": newcomer.alias.shown_name,
        "role": newcomer.get_role_display(),
        "since": newcomer.entered_at or newcomer.asked_at,
    }
