"""What `directory` knows of whom a person trusts and helps, and what becomes of it when they leave."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from directory.models import Help, HelpSlot, HelpVisit, HelpWanted, NotAgain, Trusted, Volunteer
from directory.trusting import stands_without
from directory.volunteering import end
from scopes.rights.registry import Person, part, register


def register_helps() -> None:
    """Register trusted circles, with what is asked in them."""
    register(
        Trusted,
        title=_("coups de main et cercles de confiance"),
        purpose=_("les montrer aux personnes du cercle, et à personne d’autre"),
        kept=_("tant que vous êtes du cercle ; trente jours après la fin, tout est effacé"),
        rows=lambda person: Trusted.objects.filter(account=person.account_id).select_related("help"),
        without=frozenset({"digest", "invited_until"}),
        also=_also_of_someone,
        erase=_leave_circles,
    )
    register(
        Volunteer,
        title=_("listes de bénévoles de la mairie"),
        purpose=_("vous présenter à qui demande un coup de main, si vous le voulez"),
        kept=_("jusqu’à ce que vous la quittiez, un an au plus sans que la mairie vous revoie"),
        rows=lambda person: Volunteer.objects.filter(account=person.account_id).select_related("town"),
        without=frozenset({"digest", "invited_until", "checked_by"}),
        also=lambda volunteer: {"town_hall": volunteer.town.name, "offers_in_words": volunteer.offers_in_words},
        erase=_leave_lists,
    )
    part(HelpWanted, of=Volunteer)
    for model in (Help, HelpSlot, HelpVisit, NotAgain):
        part(model, of=Trusted)


def _also_of_someone(trusted: Trusted) -> dict[str, Any]:
    """Tell what the circle is about; who else is in it is theirs to tell."""
    told = trusted.help
    asked = told.wanted.values_list("kind", flat=True) if trusted.keeps else ()
    return {
        **{"title": told.title, "text": told.text, "for": told.called, "asked_at": told.asked_at},
        "asked_of_the_town_hall": [str(kind) for kind in asked],
        "visits_taken": [str(slot) for slot in trusted.slots.all()],
    }


def _leave_lists(volunteers: QuerySet[Volunteer], *, person: Person, with_words: bool) -> None:
    """Leave the lists of town halls, and what circles remember of someone."""
    end(list(volunteers))
    NotAgain.objects.of(person.account_id).delete()


def _leave_circles(circle: QuerySet[Trusted], *, person: Person, with_words: bool) -> None:
    """Delete the Help of whoever it is for, or was kept by alone; leave the circles of others.

    Those to which the town hall introduced them are told so.
    """
    end(list(Volunteer.objects.filter(circles__in=circle)))
    for trusted in circle.all():
        if stands_without(trusted):
            trusted.delete()
        else:
            trusted.help.wanted.part_with()  # the town hall goes on seeing what it saw, and a volunteer nothing
            trusted.help.delete()
