"""Moderation: what was reported, what was decided with which reasons, and the author's appeal.

A case holds a copy of what was reported, as it read then: who decides needs to open neither the residence nor the
circle it was said in. Rows carry the residence they come from, under the second lock; the staff on call have a door to
these tables alone (`scopes.on_call`). Decisions and appeals are append-only (`scopes.append_only`): moderators add to
the log and cannot edit it.
"""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.case_querysets import CaseQuerySet

#: How long a closed case is kept: six months to complain (Regulation (EU) 2022/2065, article 20), six to answer
#: (docs/legal.md, 9).
KEPT = timedelta(days=365)
#: Signs, of what someone writes about a report, a decision or an appeal.
LONGEST_WORDS = 1_000


class Reason(models.TextChoices):
    """Why something is reported or hidden: a short list, in words anyone would use."""

    HURTFUL = "hurtful", _("insulte, menace ou harcèlement")
    HATEFUL = "hateful", _("haine ou discrimination")
    PRIVATE = "private", _("dévoile la vie privée de quelqu’un")
    FRAUD = "fraud", _("arnaque, ou vente interdite")
    ADVERTISING = "advertising", _("publicité, ou hors sujet")
    WRONG = "wrong", _("faux, ou n’existe plus")
    OTHER = "other", _("autre chose")


class Ground(models.TextChoices):
    """What a decision rests on (Regulation (EU) 2022/2065, article 17, 3 d and e)."""

    LAW = "law", _("la loi")
    RULES = "rules", _("les règles d’Alentour")


class Case(models.Model):
    """Something reported (*dossier*): a listing, an answer or a message as it read then, until it is decided."""

    class Kind(models.TextChoices):
        """What the subject is."""

        LISTING = "listing", _("annonce")
        ANSWER = "answer", _("réponse")
        MESSAGE = "message", _("message")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("sorte"), max_length=8, choices=Kind.choices)
    #: Public id of the listing, answer or message.
    subject = models.UUIDField(db_index=True)
    #: Whose space it was said in, under the second lock; no page of the staff reads it.
    residence = models.ForeignKey("geo.Residence", null=True, on_delete=models.PROTECT, related_name="+")
    #: Of the person it is of; empty for what open data or an organisation says.
    author = models.ForeignKey("scopes.Alias", null=True, on_delete=models.PROTECT, related_name="+")
    #: Of the organisation that said it: those who answer for it are told, never in which residence, and may contest.
    organisation = models.ForeignKey("scopes.Organisation", null=True, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("titre"), max_length=160, blank=True)
    text = models.TextField(_("texte"), blank=True)
    opened_at = models.DateTimeField(_("ouvert le"), default=timezone.now)
    #: Empty while it waits for someone to decide; emptied again by an appeal.
    closed_at = models.DateTimeField(_("clos le"), null=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        """Everyone who reports the same thing joins the same case."""

        verbose_name, verbose_name_plural = _("dossier"), _("dossiers")
        constraints = [
            models.UniqueConstraint(
                fields=["subject"], condition=Q(closed_at__isnull=True), name="one_waiting_case_per_subject"
            )
        ]
        indexes = [models.Index(fields=["opened_at"], condition=Q(closed_at__isnull=True), name="waiting_cases")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.subject}"


class Report(models.Model):
    """What one person reported (*signalement*); who it was is neither stored nor shown."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="reports")
    residence = models.ForeignKey("geo.Residence", null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=12, choices=Reason.choices)
    words = models.TextField(blank=True, max_length=LONGEST_WORDS)
    #: A day, never an hour: an hour can tell who was there.
    reported_on = models.DateField(default=timezone.localdate)
    #: Of the person that a recommendation is about, who asks that it be removed: a refusal is given with its reason.
    by_subject = models.BooleanField(default=False)
    #: Keyed hash of the account for this case alone, so that nobody counts twice; empty for a passer-by.
    reporter = models.CharField(max_length=64, blank=True)

    class Meta:
        """Once a person and case, in no order that would tell who came first."""

        ordering = ["reason", "words"]
        constraints = [
            models.UniqueConstraint(fields=["case", "reporter"], condition=~Q(reporter=""), name="reported_once")
        ]

    def __str__(self) -> str:
        return self.get_reason_display()


class Decision(models.Model):
    """One line of the log: what was decided, on what ground, for which reason; the author reads it as it stands here.

    A statement of reasons (Regulation (EU) 2022/2065, article 17): the restriction, its facts, its ground and reason,
    and how to contest it. It is always taken by a person, after a report.
    """

    class Deed(models.TextChoices):
        """What was done."""

        HIDE = "hide", _("masqué")
        KEEP = "keep", _("laissé en place")
        RESTORE = "restore", _("remis en place")
        UPHOLD = "uphold", _("laissé masqué")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    residence = models.ForeignKey("geo.Residence", null=True, on_delete=models.PROTECT, related_name="+")
    deed = models.CharField(max_length=8, choices=Deed.choices)
    ground = models.CharField(max_length=8, choices=Ground.choices, blank=True)
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    words = models.TextField(blank=True, max_length=LONGEST_WORDS)
    #: Keyed hash of the account that decided: who answers an appeal must be another one.
    moderator = models.CharField(max_length=64)
    #: The appeal that it answers.
    appeal = models.OneToOneField("Appeal", null=True, on_delete=models.PROTECT, related_name="answer")
    decided_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """As the case went; nothing is hidden without saying why."""

        ordering = ["decided_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(deed="hide") | ~Q(ground="") & ~Q(reason="") & ~Q(words=""), name="hidden_with_a_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_deed_display()}, {self.decided_at:%Y-%m-%d}"

    @property
    def objection(self) -> Appeal | None:
        """What its author answered, if anything."""
        return getattr(self, "contested", None)


class Appeal(models.Model):
    """What an author answers to a decision, once; someone else then decides."""

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="contested")
    residence = models.ForeignKey("geo.Residence", null=True, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(max_length=LONGEST_WORDS)
    made_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.words[:60]
