"""Others through whose eyes someone sees themselves: viewers like any other, who are nobody in particular."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from geo.models import PublicCell
from scopes.viewer import ANONYMOUS, Home, Viewer

#: No row of any table has this id.
NOBODY = 0
ALWAYS = datetime(1970, 1, 1, tzinfo=UTC)


class Onlooker(models.TextChoices):
    """Who may be looking, nearest first."""

    NEIGHBOUR = "voisin", _("un voisin d’immeuble")
    QUARTER = "quartier", _("quelqu’un du quartier")
    MERCHANT = "commerce", _("un commerce")
    STRANGER = "inconnu", _("un inconnu")


@dataclass(frozen=True, slots=True)
class Eyes:
    """A viewer of a kind, and the home it looks from, if any."""

    kind: Onlooker
    viewer: Viewer


def eyes_of(kind: Onlooker, home: Home) -> Eyes:
    """Make a viewer of this kind as it would look at someone who lives in `home`.

    The neighbour is settled there; who is of the quarter lives outside the voisinage, where there is such a place; a
    merchant has an account and no home; a stranger has neither.
    """
    makers = {
        Onlooker.NEIGHBOUR: lambda: _living(_neighbour(home)),
        Onlooker.QUARTER: lambda: _living(_of_the_quarter(home)),
        Onlooker.MERCHANT: lambda: Viewer(account_id=NOBODY),
        Onlooker.STRANGER: lambda: ANONYMOUS,
    }
    return Eyes(kind, makers[kind]())


def _living(home: Home) -> Viewer:
    return Viewer(account_id=NOBODY, homes=(home,))


def _neighbour(home: Home) -> Home:
    return replace(
        home,
        membership_id=NOBODY,
        alias_id=NOBODY,
        lives_there=True,
        reads_since=ALWAYS,
        provisional=False,
        moderates=False,
    )


def _of_the_quarter(home: Home) -> Home:
    """Someone of the voisinage, where the town has no quarters or the quarter is no wider."""
    elsewhere = replace(_neighbour(home), residence_id=NOBODY)
    cells = PublicCell.objects.standing().exclude(pk__in=home.voisinage)
    other = cells.filter(containments__neighbourhood=home.neighbourhood_id).order_by("pk").first()
    if home.neighbourhood_id is None or other is None:
        return elsewhere
    return replace(elsewhere, cell_id=other.pk, point=other.location.coords, voisinage=(other.pk,), bordering=())
