"""The people whom a visitor of the demonstration can become in one click, and what each is there to try."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config.demonstration.inhabitants import address_of
from scopes.people import Account


@dataclass(frozen=True, slots=True, kw_only=True)
class Persona:
    """One of the inhabitants, seen from outside."""

    slug: str
    #: Who it is, in a few words.
    who: str | Promise
    #: The main job: what to do first.
    job: str | Promise
    #: Where it begins.
    start: str

    @property
    def account(self) -> Account | None:
        """The account, unless its person has been erased since the demonstration was opened."""
        return Account.objects.filter(email=address_of(self.slug), is_active=True).first()


PERSONAS: Iterable[Persona] = (
    Persona(
        slug="camille",
        who=_("habite l’immeuble depuis deux mois"),
        job=_("Lire ce qui se dit dans l’immeuble, et répondre à Marcel."),
        start="/immeuble/",
    ),
    Persona(
        slug="karim",
        who=_("habite l’immeuble d’à côté"),
        job=_("Voir le même quartier, et rien de l’immeuble de Camille."),
        start="/quartier/",
    ),
    Persona(
        slug="nina",
        who=_("arrive : entrée avant-hier, pour une semaine à l’essai"),
        job=_("Lire ce qui s’est dit depuis son arrivée, et se présenter."),
        start="/immeuble/",
    ),
    Persona(
        slug="paul",
        who=_("vient de demander à rejoindre l’immeuble"),
        job=_("Prouver qu’il y habite : un code du hall, le mot des voisins, une lettre."),
        start="/chez-moi/",
    ),
    Persona(
        slug="marcel",
        who=_("est le gardien"),
        job=_("Confirmer une arrivée, et prévenir tout l’immeuble."),
        start="/gerer/",
    ),
    Persona(
        slug="francoise",
        who=_("est au conseil syndical"),
        job=_("Afficher un code dans le hall, et dire un mot à l’immeuble."),
        start="/gerer/",
    ),
    Persona(
        slug="nathalie",
        who=_("gère la copropriété, de son agence"),
        job=_("Prévenir l’immeuble d’une coupure, imprimer l’affiche, sans rien lire de ce qui s’y dit."),
        start="/avis/",
    ),
    Persona(
        slug="basile",
        who=_("tient une boulangerie du quartier"),
        job=_("Ouvrir ma boutique : changer mes horaires, et les lire comme un passant."),
        start="/organismes/lieux/",
    ),
    Persona(
        slug="sylvie",
        who=_("est secrétaire de mairie"),
        job=_("Prévenir un quartier, une rue ou une zone dessinée, seule, de nuit s’il le faut."),
        start="/avis/",
    ),
    Persona(
        slug="odile",
        who=_("répond d’un réseau d’eau"),
        job=_("Faire une clé pour la supervision, qui prévient les immeubles d’une coupure et du retour de l’eau."),
        start="/organismes/",
    ),
    Persona(
        slug="helene",
        who=_("est copropriétaire et habite ailleurs"),
        job=_("Constater que l’espace des habitants n’est pas le sien."),
        start="/immeuble/",
    ),
    Persona(
        slug="sofia",
        who=_("modère l’espace de l’immeuble"),
        job=_("Regarder ce qui est signalé, et décider avec un motif."),
        start="/moderation/",
    ),
    Persona(
        slug="ines",
        who=_("a deux domiciles, dans deux quartiers"),
        job=_("Passer de l’un à l’autre, sans que personne ne fasse le lien."),
        start="/chez-moi/",
    ),
    Persona(
        slug="antoine",
        who=_("habite un autre quartier"),
        job=_("Voir sa ville et son quartier, pas ceux des autres."),
        start="/quartier/",
    ),
    Persona(
        slug="dominique",
        who=_("est de l’équipe qui tient le site"),
        job=_("Imprimer les lettres, et répondre aux signalements, sans voir l’adresse de personne."),
        start="/moderation/astreinte/",
    ),
)
