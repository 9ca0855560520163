"""The kinds of things shared, by name."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """The kinds of things shared; each is the root of a branch of categories."""

    MERCHANT = "merchant", _("commerce")
    PLACE = "place", _("lieu public")
    ASSOCIATION = "association", _("association")
    SERVICE = "service", _("service entre voisins")
    LOAN = "loan", _("prêt entre voisins")
    CLASSIFIED = "classified", _("petite annonce")
    RECOMMENDATION = "recommendation", _("recommandation")
    HELLO = "hello", _("bonjour d’un nouvel arrivant")
    CARPOOL = "carpool", _("covoiturage")
    POST = "post", _("mot entre voisins")
    NOTICE = "notice", _("avis d’un organisme")
    POLL = "poll", _("sondage")
    EVENT = "event", _("événement")
    NEWS = "news", _("actualité")
    PROMOTION = "promotion", _("offre d’un commerçant")


#: What is not said from one neighbour to others, or has its own list above what is: spaces show all but these.
NOT_SAID = (Kind.MERCHANT, Kind.PLACE, Kind.ASSOCIATION, Kind.NOTICE, Kind.POLL)
#: What organisations say of themselves in spaces, beside what neighbours say; named to whoever sees it.
BY_ORGANISATIONS = (Kind.NEWS, Kind.PROMOTION)
