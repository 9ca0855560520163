"""Printed codes: a sheet of ways in for a person who has no e-mail, each good once."""

from __future__ import annotations

from django.db import models

from scopes.people import Account

#: Letters and figures that nobody mistakes for each other on paper (https://www.crockford.com/base32.html).
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
AS_READ = str.maketrans("ILO", "110")
#: 60 bits: a thousand addresses that guess 10 times a minute find one of a million codes in two centuries.
LENGTH = 12
ON_A_SHEET = 10


class PrintedCodeQuerySet(models.QuerySet):
    """Codes by what may still be done with them."""

    def unused(self) -> PrintedCodeQuerySet:
        """Keep those that still open the door."""
        return self.filter(used_on__isnull=True)


class PrintedCode(models.Model):
    """A code printed for an account; only a keyed hash of it is kept."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="printed_codes")
    digest = models.CharField(max_length=64, unique=True)
    used_on = models.DateField(null=True, blank=True)

    objects = PrintedCodeQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.pk)
