"""People: accounts, and what others see of each of their homes."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from scopes.levels import Level


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts."""

    def create_user(self, email: str | None, password: str | None = None, **columns: object) -> Account:
        """Make an account; without a password it is entered by one-time codes alone, sent or printed."""
        account = self.model(email=email.strip().lower() if email else None, **columns)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def create_superuser(self, email: str, password: str | None = None, **columns: object) -> Account:
        """Make the account of someone who runs the instance."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **columns)


class Account(AbstractBaseUser, PermissionsMixin):
    """A person who signs in, under the real first name; neither address nor e-mail is ever shown to others."""

    #: Never shown, never used again: what the ledger of erasures knows a person by (`scopes.rights.ledger`).
    number = models.UUIDField(default=uuid.uuid4, db_default=RandomUUID(), unique=True, editable=False)
    #: Where codes are sent, always proved by one; empty for whoever enters by printed codes (`scopes.signing`).
    email = models.EmailField(_("adresse e-mail"), unique=True, null=True, blank=True)
    first_name = models.CharField(_("prénom"), max_length=60)
    #: Only its initial is shown.
    last_name = models.CharField(_("nom"), max_length=60)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, default="fr")
    #: The parent who opened it for someone under 15 (article 45 of the French law 78-17).
    guardian = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="wards")
    #: Who opened it together with a person who cannot alone; says nothing about either to others.
    opened_with = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    is_staff = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    joined_on = models.DateField(default=timezone.localdate)
    #: When the account was last entered: a day, never an hour, and only because of the two years of inactivity.
    last_login = None
    last_seen_on = models.DateField(default=timezone.localdate)
    #: The day we wrote that the account will be erased.
    warned_on = models.DateField(null=True, blank=True)

    objects = AccountManager()

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["first_name", "last_name"]

    class Meta:
        """An address is one account however it is capitalised."""

        constraints = [models.UniqueConstraint(Lower("email"), name="one_account_per_email")]

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """First name and initial: "Camille D."."""
        return f"{self.first_name} {self.last_name[:1]}.".strip(" .") + ("." if self.last_name else "")

    def get_full_name(self) -> str:
        """First and last name, for the person's own eyes."""
        return f"{self.first_name} {self.last_name}".strip()

    def get_short_name(self) -> str:
        """First name."""
        return self.first_name


class Alias(models.Model):
    """A person as others see one of their homes: a random id, a first name and initial, a public cell. No home.

    Everything a person publishes points here: nothing public links two aliases of one person (privacy.md, 3.6).
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    #: Empty once erased: what was said stays readable, without a name.
    account = models.ForeignKey(Account, null=True, blank=True, on_delete=models.SET_NULL, related_name="aliases")
    cell = models.ForeignKey("geo.PublicCell", on_delete=models.PROTECT, related_name="+")
    #: The widest circle whose members may write about what this person says; nobody when empty. At the widest, whoever
    #: it is said to: what is said to few is answered by few.
    written_by = models.CharField(max_length=16, choices=Level.circles(), default=Level.MUNICIPALITY, blank=True)
    #: What others go on reading until a day of this home's own, after the person took another name (`scopes.renaming`).
    name_was = models.CharField(max_length=70, blank=True, db_default="")
    name_until = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.shown_name

    @property
    def shown_name(self) -> str:
        """What others read: first name and initial."""
        if self.account is None:
            return str(_("une personne partie"))
        if self.name_until and timezone.localdate() < self.name_until:
            return self.name_was
        return self.account.shown_name


class Mute(models.Model):
    """Someone a person no longer wants to read: silent, the other never learns of it.

    It is an alias, not the person: whoever mutes one home would else see which other homes fall silent with it, and
    know that a person has two, or where someone who left now lives (privacy.md, 3.6).
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="mutes")
    muted = models.ForeignKey(Alias, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        """Once."""

        constraints = [models.UniqueConstraint(fields=["account", "muted"], name="muted_once")]

    def __str__(self) -> str:
        return f"{self.account_id} ~ {self.muted_id}"
