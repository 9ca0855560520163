"""What INSEE counts of those who live somewhere: in IRIS, by the census, and in squares of 200 m, by tax households."""

from __future__ import annotations

from django.contrib.gis.db import models

from geo.querysets import PlaceQuerySet
from geo.releases import WGS84, Place


class CensusArea(models.Model):
    """Dwellings that the census counts in an IRIS (https://www.insee.fr/fr/metadonnees/definition/c1523)."""

    #: Nine characters: the commune's code and four of its own.
    code = models.CharField(max_length=9, primary_key=True)
    insee_code = models.CharField(max_length=5, db_index=True)
    population = models.PositiveIntegerField()
    dwellings = models.PositiveIntegerField()
    #: Dwellings lived in most of the year (https://www.insee.fr/fr/metadonnees/definition/c1143).
    main_residences = models.PositiveIntegerField(null=True, blank=True)
    #: Year of the census.
    vintage = models.CharField(max_length=4)

    def __str__(self) -> str:
        return self.code


class Square(Place):
    """A square of 200 m of INSEE's grid (*carreau*, https://www.insee.fr/fr/statistiques/7655515), known by its name.

    It may lie across the limits of communes, so it belongs to none; where nobody is counted there is no square.
    """

    boundary = models.MultiPolygonField(srid=WGS84)
    #: People of its tax households, to the nearest whole number: children of parents who live apart count half in each.
    population = models.PositiveIntegerField()
    #: It has fewer than 11 households: INSEE puts an estimate in the place of its figures.
    imputed = models.BooleanField(default=False)

    objects = PlaceQuerySet.as_manager()

    def __str__(self) -> str:
        return self.key
