"""What is one's own: what others see of it, and the words one has written."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from directory import pausing
from directory.appealing import own_residences
from directory.ending import ending_of
from directory.errors import NotProved
from directory.feeds import PAGE, completed
from directory.keeping_drafts import drafts_of
from directory.kinds import KINDS, page_of
from directory.models import Listing
from directory.own_exchanges import exchanges_of
from directory.promises import promises_of
from directory.promising import done_of
from directory.shown import shown_together
from geo.models import PublicCell
from scopes.access import signed_in
from scopes.models import Alias, Membership
from scopes.onlookers import Onlooker, eyes_of
from scopes.residents import be_listed, listed_in
from scopes.writing_to import may_write


@require_safe
@signed_in
def as_seen(request: HttpRequest) -> HttpResponse:
    """Show oneself through another's eyes: the pages' own code, asked by a viewer of that kind."""
    home = request.viewer.home
    if home is None:
        return render(request, "directory/as_nobody.html")
    kind = Onlooker(request.GET["par"]) if request.GET.get("par") in Onlooker.values else Onlooker.NEIGHBOUR
    eyes = eyes_of(kind, home).viewer
    alias = Alias.objects.select_related("account").get(pk=home.alias_id)
    # What spreads is left out: whom it has reached is told to nobody, its author neither.
    live = Listing.objects.live().said().filter(author=alias)
    said = live.visible_to(eyes).filter(spreads=False)
    said = said.order_by("-published_at", "-pk")
    posts = shown_together(completed(said[:PAGE]), eyes)
    context = {
        "kinds": Onlooker.choices,
        "kind": kind,
        "posts": posts,
        "spreads": live.filter(spreads=True).exists(),
        "in_list": eyes.home is not None and listed_in(eyes.home).filter(pk=home.membership_id).exists(),
        "listed": Membership.objects.get(pk=home.membership_id).listed,
        "lives_there": home.lives_there,
        "name": str(alias),
        "named": any(post.author for post in posts),
        "full_name": alias.account.get_full_name(),
        "may_write": may_write(eyes, alias),
        "cell": PublicCell.objects.only("dwellings").get(pk=home.cell_id),
    }
    return render(request, "directory/as_seen.html", context)


@require_POST
@signed_in
def list_oneself(request: HttpRequest) -> HttpResponse:
    """Put oneself into the list of residents, or take oneself out."""
    listed = be_listed(viewer=request.viewer, listed="out" not in request.POST).listed
    messages.success(request, _("Vous êtes dans la liste.") if listed else _("Vous n’êtes plus dans la liste."))
    return redirect("as-seen")


@require_safe
@signed_in
def words(request: HttpRequest) -> HttpResponse:
    """Show what one has written: what is read now, and what pauses since one left."""
    written = Listing.objects.live().said().filter(author__in=request.viewer.alias_ids)
    written = written.order_by("-published_at", "-pk")
    # What ends soon stands here too: the reminder leads here (`directory.ending`).
    ending = ending_of(request.viewer)
    to_come = exchanges_of(request.viewer).filter(opens_at__gt=timezone.now()).order_by("-pk")
    paused = pausing.paused_of(request.viewer)
    with own_residences(request.viewer):
        promises = promises_of(request.viewer)
    context = {
        "promises": promises,
        "done": shown_together(completed(done_of(request.viewer)[:PAGE]), request.viewer),
        "posts": shown_together(completed(written[: 5 * PAGE]), request.viewer),
        "drafts": [(draft, KINDS[draft.kind].name) for draft in drafts_of(request.user) if draft.kind in KINDS],
        "ending": shown_together(completed(ending[:PAGE]), request.viewer),
        "to_come": shown_together(completed(to_come[:PAGE]), request.viewer),
        "paused": shown_together(completed(paused[:PAGE]), request.viewer),
        "has_home": request.viewer.home is not None,
        "level": "",
    }
    return render(request, "directory/words.html", context)


@require_POST
@signed_in
def say_again(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """Say a paused word again, from the chosen home."""
    if request.viewer.home is None:
        raise NotProved
    said = pausing.say_again(viewer=request.viewer, home=request.viewer.home, public_id=public_id)
    messages.success(request, _("C’est redit, depuis votre nouveau domicile."))
    return redirect(page_of(said))
