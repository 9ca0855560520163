"""What was answered to a program, kept a while: the same request is answered the same, and done once."""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class KeptAnswer(models.Model):
    """One answer, byte for byte (*réponse gardée*); written in the transaction of what it tells, or not at all."""

    key = models.ForeignKey("scopes.ApiKey", on_delete=models.CASCADE, related_name="kept_answers")
    #: SHA-256 of what the program called its request, and of the request.
    name = models.CharField(max_length=64)
    body = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    content = models.BinaryField(default=b"")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        """One for each name; the old ones are found by their day."""

        constraints = [models.UniqueConstraint(fields=["key", "name"], name="answered_once")]
        indexes = [models.Index(fields=["made_at"], name="kept_answer_by_day")]

    def __str__(self) -> str:
        return f"{self.status} {self.made_at:%Y-%m-%d}"
