"""What rights leave in the database: consents, archives to fetch, the ledger of erasures, identities the law keeps."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from scopes.people import Account

#: The words of a yes, by number: from these on they tell that weeks are noted (`scopes.presence`).
WEEKS_TOLD = 2


class Use(models.TextChoices):
    """The uses of one's data that need a person's yes; each can be taken back at any time, as easily as given."""

    COUNTED = "counted", _("être compté, sans nom, dans le nombre de foyers joignables")

    @property
    def explained(self) -> str:
        """What saying yes changes, in a sentence or two."""
        return {
            Use.COUNTED: _(
                "Qui écrit à une zone voit combien de foyers y sont joints : une fourchette, refaite chaque trimestre, "
                "jamais moins de vingt, d’où un foyer sur cinq est tiré au sort et laissé de côté. Pour dire aussi "
                "combien viennent chaque semaine, il est noté en combien de semaines du trimestre vous êtes venu, sans "
                "heure ni page ; c’est effacé une fois compté, ou dès que vous reprenez votre accord."
            )
        }[self]


class ConsentQuerySet(models.QuerySet):
    """Consents by where they stand."""

    def standing(self) -> ConsentQuerySet:
        """Keep those given and not taken back."""
        return self.filter(withdrawn_at__isnull=True)

    def to(self, use: Use) -> ConsentQuerySet:
        """Keep those standing for one use."""
        return self.standing().filter(use=use)


class Consent(models.Model):
    """One yes to one use (article 7 of the GDPR): when it was given, and taken back; a new yes is a new row."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="consents")
    use = models.CharField(max_length=16, choices=Use.choices)
    #: Which words were agreed to; who agreed to earlier ones agreed to no more than these said.
    wording = models.PositiveSmallIntegerField(default=WEEKS_TOLD, db_default=1)
    given_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        """One standing yes to a use."""

        constraints = [
            models.UniqueConstraint(
                fields=["account", "use"], condition=Q(withdrawn_at__isnull=True), name="one_standing_consent"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("given_at")),
                name="consent_is_withdrawn_after_it_is_given",
            ),
        ]

    def __str__(self) -> str:
        return self.get_use_display()


class Archive(models.Model):
    """Everything about a person in one file, to be fetched with a link for a day, by that person, signed in."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="archives")
    #: SHA-256 of the link's token: the token itself is nowhere but in the mail.
    token_digest = models.CharField(max_length=64, unique=True)
    #: Name of the file in the storage `archives`.
    file = models.CharField(max_length=60)
    made_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.made_at:%Y-%m-%d %H:%M}"


class Erasure(models.Model):
    """That someone was erased, known by a keyed digest alone: done again on what a backup brings back."""

    digest = models.CharField(max_length=64, unique=True)
    erased_at = models.DateTimeField(default=timezone.now)
    #: Whether what was written was erased too.
    with_words = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.digest[:8]


class HeldIdentity(models.Model):
    """An identity that the law makes a host keep after an account is closed, sealed: no key here opens it.

    Article 2 of decree 2021-1362 (https://www.legifrance.gouv.fr/jorf/id/JORFTEXT000044228912): names and addresses
    of correspondence, five years after the end of the contract. Nothing in the row says whose it is.
    """

    sealed = models.BinaryField()
    until = models.DateField()

    def __str__(self) -> str:
        return f"{self.until:%Y-%m-%d}"
