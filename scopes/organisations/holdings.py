"""What is known of people who act for organisations, or doubt a mandate, for the registry."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from scopes.key_models import ApiKey
from scopes.organisation_models import Acting, Contest, Mandate, MandatedResidence, Organisation
from scopes.organisations.people import settle_left
from scopes.rights.registry import Person, nameless, part, register


def _leave_organisations(actings: QuerySet[Acting], *, person: Person, with_words: bool) -> None:
    """Act for none any more; an organisation that nobody acts for is over."""
    left = list(actings.filter(ended_at=None).values_list("organisation", flat=True))
    actings.delete()
    settle_left(Organisation.objects.filter(pk__in=left))


def register_organisations() -> None:
    """Register who acts for what, and who doubted what."""
    register(
        Acting,
        title=_("organismes pour lesquels vous agissez"),
        purpose=_("vous laisser écrire en leur nom"),
        kept=_("tant que le compte existe"),
        rows=lambda person: Acting.objects.filter(account=person.account_id),
        erase=_leave_organisations,
    )
    register(
        Mandate,
        title=_("mandats que vous avez demandés"),
        purpose=_("garder la trace de qui peut écrire aux habitants"),
        kept=_("tant que le compte existe ; ensuite sans nom"),
        rows=lambda person: Mandate.objects.filter(asked_by=person.account_id),
        without=frozenset({"granted_by"}),
        erase=nameless("asked_by"),
    )
    part(MandatedResidence, of=Mandate)
    part(Mandate.neighbourhoods.through, of=Mandate)
    part(Acting.neighbourhoods.through, of=Acting)
    register(
        Contest,
        title=_("doutes sur un organisme qui peut vous écrire"),
        purpose=_("vérifier son mandat, sans lui dire qui a douté"),
        kept=_("un an après votre départ"),
        rows=lambda person: Contest.objects.filter(membership__in=person.membership_ids),
    )
    register(
        ApiKey,
        title=_("clés d’API que vous avez faites"),
        purpose=_("laisser les programmes de votre organisme envoyer des avis, ou chercher des trajets"),
        kept=_("un an après leur fin, au plus tard jusqu’à votre départ"),
        rows=lambda person: ApiKey.objects.filter(made_by=person.account_id),
        without=frozenset({"digest", "minute", "asked"}),
    )
