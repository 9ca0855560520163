"""What `directory` knows of a person, and what becomes of it when they leave: filled in when Django starts.

What others answered to stays, without a name; the rest goes. Words that are to go too are replaced, so that the
answers under them keep their place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.display_models import Display, Evidence, Hand
from directory.kinds import KINDS
from directory.models import (
    Answer,
    Conversation,
    Draft,
    EventDate,
    KeptAnswer,
    Kind,
    Listing,
    ListingPhoto,
    Mailing,
    News,
    Notice,
    Poll,
    Post,
    Remark,
    RideEntry,
    Ring,
    SearchEntry,
    SourceRecord,
    SyncedNews,
)
from directory.moderation_models import Appeal, Case, Decision, Report
from directory.organisation_kinds import ORGANISATION_KINDS
from directory.publishing import MODELS, refresh_entries
from directory.saying_once import free
from scopes.models import ApiKey
from scopes.rights.exporting import told_columns
from scopes.rights.registry import Person, keep, nameless, part, register

MODEL_OF: dict[str, type[Listing]] = {
    **MODELS,
    Kind.POST: Post,
    Kind.NOTICE: Notice,
    Kind.POLL: Poll,
    **{kind.kind: kind.model for kind in KINDS.values()},
}

#: What a person wrote for an organisation, as an export calls it.
_WRITTEN = {
    Kind.NEWS: gettext_lazy("actualités que vous avez écrites pour un organisme"),
    Kind.PROMOTION: gettext_lazy("offres que vous avez écrites pour un organisme"),
}


def register_listings() -> None:
    """Register listings with their kinds, what search keeps of them, and answers."""
    register(
        Listing,
        title=gettext_lazy("annonces et mots"),
        purpose=gettext_lazy("les montrer au cercle que vous avez choisi"),
        kept=gettext_lazy("jusqu’à ce que vous les retiriez ; ensuite sans nom, si quelqu’un y avait répondu"),
        rows=lambda person: Listing.objects.filter(author__in=person.alias_ids),
        without=frozenset({"edits", "audience", "cell"}),
        also=_also_of_a_listing,
        files=_photos,
        erase=_leave_listings,
    )
    register(
        Draft,
        title=gettext_lazy("ce que vous gardez pour plus tard"),
        purpose=gettext_lazy("vous le rendre quand vous voulez l’envoyer"),
        kept=gettext_lazy("jusqu’à l’envoi, trois mois au plus"),
        rows=lambda person: Draft.objects.filter(account=person.account_id),
    )
    register(
        Answer,
        title=gettext_lazy("réponses"),
        purpose=gettext_lazy("les montrer à qui voit le mot auquel elles répondent"),
        kept=gettext_lazy("jusqu’à ce que vous les retiriez ; ensuite sans nom"),
        rows=lambda person: Answer.objects.filter(author__in=person.alias_ids).select_related("listing"),
        also=lambda answer: {"under": answer.listing.public_id},
        erase=_leave_answers,
    )
    register(
        Case,
        title=gettext_lazy("ce qui vous a été signalé"),
        purpose=gettext_lazy("décider, vous dire pourquoi, vous laisser répondre"),
        kept=gettext_lazy("un an après la décision, sans votre nom si vous partez"),
        rows=lambda person: Case.objects.filter(author__in=person.alias_ids).prefetch_related("decisions__contested"),
        also=lambda case: {"decisions": [_told_decision(decision) for decision in case.decisions.all()]},
        erase=keep,
    )
    register(
        Mailing,
        title=gettext_lazy("avis que vous avez envoyés pour un organisme"),
        purpose=gettext_lazy("garder la trace de ce qui a été dit aux habitants"),
        kept=gettext_lazy("tant que le compte existe ; ensuite sans nom"),
        rows=lambda person: Mailing.objects.filter(written_by=person.account_id),
        without=frozenset({"approved_by"}),
        erase=nameless("written_by"),
    )
    for own in ORGANISATION_KINDS.values():
        register(
            own.model,
            title=_WRITTEN[own.kind],
            purpose=gettext_lazy("garder, au sein de l’organisme, la trace de qui a écrit"),
            kept=gettext_lazy("tant que le compte existe ; ensuite sans nom"),
            rows=lambda person, model=own.model: model.objects.filter(written_by=person.account_id),
            without=frozenset({"edits", "audience", "cell"}),
            erase=nameless("written_by"),
        )
    register(
        Hand,
        title=gettext_lazy("affiches que vous avez posées ou retirées pour un organisme"),
        purpose=gettext_lazy("dire, au sein de l’organisme, qui les a posées"),
        kept=gettext_lazy("tant que le compte existe"),
        rows=lambda person: Hand.objects.filter(account=person.account_id),
    )
    for model in (Mailing.residences.through, Display, Evidence):
        part(model, of=Mailing)
    part(KeptAnswer, of=ApiKey)
    part(SyncedNews, of=News)
    kinds = (model for kind, model in MODEL_OF.items() if kind not in ORGANISATION_KINDS)
    for model in (*kinds, EventDate, ListingPhoto, Remark, RideEntry, Ring, SearchEntry, SourceRecord):
        part(model, of=Listing)
    for model in (Report, Decision, Appeal):
        part(model, of=Case)


def _photos(listing: Listing) -> Iterator[tuple[str, bytes]]:
    """Give the photos of what was shared, by the names that they have."""
    for photo in listing.photos.all():
        yield f"{photo.public_id}.jpg", bytes(photo.content)


def _also_of_a_listing(listing: Listing) -> dict[str, Any]:
    """Tell what its kind adds, and that someone answered: who and what is theirs to tell."""
    kind = MODEL_OF[listing.kind]
    own = kind.objects.get(pk=listing.pk)
    others = listing.answers.standing().exclude(author=listing.author_id)
    told = told_columns(own, kind._meta.local_concrete_fields, without={"once", "reply", "replied_at"})
    # How far a request has come by itself is told to nobody.
    untold = {"catchment": None} if listing.spreads else {}
    return told | untold | {"answers_by_someone": list(others.values_list("written_at", flat=True))}


def _told_decision(decision: Decision) -> dict[str, Any]:
    """Tell a decision as its author reads it, and what they answered; not who took it."""
    appeal = getattr(decision, "contested", None)
    told = told_columns(decision, decision._meta.concrete_fields, without={"moderator", "residence"})
    return told | {"your_appeal": appeal.words if appeal else None}


def _leave_answers(answers: QuerySet[Answer], *, person: Person, with_words: bool) -> None:
    """Leave what was answered without a name; what was taken back, and all of it if so wished, without words."""
    gone = answers if with_words else answers.filter(withdrawn_at__isnull=False)
    gone.update(text=no_words())


def _leave_listings(listings: QuerySet[Listing], *, person: Person, with_words: bool) -> None:
    """Delete what nobody else answered to, nor wrote about; leave the rest without a name.

    If so wished, without words too. The totals of a poll that was counted are the voters' as well: they stay, as who
    votes is told.
    """
    by_others = Answer.objects.filter(listing=OuterRef("pk")).exclude(author__in=person.alias_ids)
    written_about = Conversation.objects.filter(listing=OuterRef("pk"))
    counted = Poll.objects.filter(pk=OuterRef("pk"), totals__len__gt=0, withdrawn_at__isnull=True)
    others = Exists(by_others) | Exists(written_about) | Exists(counted)
    kept = list(listings.filter(others).values_list("pk", flat=True))
    listings.exclude(pk__in=kept).delete()
    left = Listing.objects.filter(pk__in=kept)
    left.update(edits={})
    free(kept)
    gone = left if with_words else left.filter(withdrawn_at__isnull=False)
    gone.update(title=no_words(), description="")
    ListingPhoto.objects.filter(listing__in=kept).delete()
    for poll in Poll.objects.filter(pk__in=gone.values("pk")):
        poll.choices = [str(number) for number, _choice in enumerate(poll.choices, start=1)]
        poll.save(update_fields=["choices"])
    refresh_entries(kept)


def no_words() -> str:
    """Return what stands in the place of words: everyone reads it, so it speaks the site's language."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("Message effacé")
