"""What is known of a person's proofs, and what becomes of it: filled into the registry when Django starts."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from scopes.code_models import Code, Letter
from scopes.proof_models import Attempts, Introduction, LotClaim, Management, Objection, Proof, Word
from scopes.residence_changes import ResidenceChange
from scopes.rights.registry import Person, keep, nameless, part, register

TO_OPEN = _("vous ouvrir votre immeuble, et à personne d’autre")
WHILE_IT_SERVES = _("jusqu’à votre départ, ou la preuve de l’année suivante")


def _of_home(model):
    """Say that a model's rows about a person are those of the person's memberships."""
    return lambda person: model.objects.filter(membership__in=person.membership_ids)


def _words(person: Person):
    """Words given by the person's household, and for the person."""
    return Word.objects.filter(Q(household__in=person.household_ids) | Q(membership__in=person.membership_ids))


def forget_own_words(words: QuerySet, *, person: Person, with_words: bool) -> None:
    """Delete the words given for the person; those of a household that lives on are not this person's alone."""
    words.filter(membership__in=person.membership_ids).delete()


def forget_who_asked(changes: QuerySet, *, person: Person, with_words: bool) -> None:
    """Keep the trace of a change, without who asked; what nobody decided is not asked any more."""
    changes.filter(done__isnull=True).delete()
    nameless("asked_by")(changes, person=person, with_words=with_words)


def register_proofs() -> None:
    """Register proofs, what they come from, and who manages what."""
    register(
        Proof,
        title=_("preuves de domicile"),
        purpose=TO_OPEN,
        kept=WHILE_IT_SERVES,
        rows=_of_home(Proof),
        # Whether a claim holds would tell who is on a manager's list.
        without=frozenset({"code", "given_by", "management", "holds"}),
    )
    register(
        Introduction,
        title=_("présentations à vos voisins ou au gardien"),
        purpose=TO_OPEN,
        kept=_("jusqu’à votre entrée, soixante jours au plus"),
        rows=_of_home(Introduction),
    )
    register(
        Code,
        title=_("codes envoyés à votre nom, et invitations de votre foyer"),
        purpose=TO_OPEN,
        kept=_("un an"),
        rows=_of_home(Code),
        without=frozenset({"digest"}),
    )
    register(
        Letter,
        title=_("lettres demandées"),
        purpose=TO_OPEN,
        kept=_("jusqu’à votre départ ; l’adresse, jusqu’à l’envoi"),
        rows=_of_home(Letter),
    )
    register(
        Word,
        title=_("mots entre voisins"),
        purpose=_("ouvrir l’immeuble à qui y est connu, trois fois par an et par foyer"),
        kept=_("un an"),
        rows=_words,
        # Neither who was vouched for, nor who vouched.
        without=frozenset({"household", "membership"}),
        erase=forget_own_words,
    )
    register(
        Objection,
        title=_("doutes sur un nouvel arrivant"),
        purpose=_("laisser une lettre trancher"),
        kept=_("jusqu’au départ de la personne"),
        rows=lambda person: Objection.objects.filter(household__in=person.household_ids),
        without=frozenset({"membership"}),
        # Of the household: it goes with the last of its people.
        erase=keep,
    )
    register(
        Management,
        title=_("résidences que vous gérez"),
        purpose=_("vous laisser confirmer les habitants et afficher les codes du hall"),
        kept=_("tant que vous les gérez"),
        rows=lambda person: Management.objects.filter(account=person.account_id),
        without=frozenset({"granted_by"}),
    )
    register(
        ResidenceChange,
        title=_("changements de résidences demandés"),
        purpose=_("garder la trace de qui a demandé quoi"),
        kept=_("tant que le compte existe ; ensuite sans nom"),
        rows=lambda person: ResidenceChange.objects.filter(asked_by=person.account_id),
        without=frozenset({"decided_by"}),
        erase=forget_who_asked,
    )
    part(ResidenceChange.residences.through, of=ResidenceChange)
    register(
        Attempts,
        title=_("essais de codes manqués"),
        purpose=_("empêcher qu’on devine un code"),
        kept=_("un jour"),
        rows=lambda person: Attempts.objects.filter(account=person.account_id),
    )
    register(
        LotClaim,
        title=_("jours où vous avez donné un lot"),
        purpose=_("empêcher qu’on devine qui est sur une liste"),
        kept=_("un an"),
        rows=lambda person: LotClaim.objects.filter(account=person.account_id),
    )
