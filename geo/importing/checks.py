"""Questions asked of a release before it is shown: what is gone, what shrank, what lies outside its commune."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connection
from django.utils.translation import gettext as _

from geo.models import Release

#: More places gone than this share is more likely a truncated file than a year of demolitions.
MOST_GONE = 0.20
#: A commune does not shrink: a boundary smaller by this share, or leaving out as much of its quarters, is damaged. The
#: official boundary of Montpellier of 2014 lacked 16 %; simplified ones differ by about 1 %.
MOST_LOST = 0.05

#: The release against the active one of its series.
COMPARING = """
    SELECT count(*) FILTER (WHERE old.key IS NULL), count(*) FILTER (WHERE old.digest <> new.digest),
        count(*) FILTER (WHERE new.key IS NULL), count(old.key)
    FROM (SELECT key, digest FROM geo_version WHERE release_id = %(release)s) AS new
    FULL JOIN (
        SELECT v.key, v.digest FROM geo_version v JOIN geo_release r ON r.id = v.release_id
        WHERE r.state = 'active' AND (r.dataset, r.source, r.territory) = (%(dataset)s, %(source)s, %(territory)s)
    ) AS old USING (key)"""

# Raw SQL: ratios of areas of versions, which have no model of one kind. Square degrees do: both areas are one place's.
SHRUNK = """
    SELECT COALESCE(NULLIF(m.name, ''), m.insee_code), 1 - ST_Area(v.geometry) / ST_Area(m.boundary) AS lost
    FROM geo_version v JOIN geo_municipality m ON m.key = v.key AND m.closed_on IS NULL
    WHERE v.release_id = %(release)s AND ST_Area(m.boundary) > 0
      AND ST_Area(v.geometry) < (1 - %(most)s) * ST_Area(m.boundary) ORDER BY lost DESC"""
LEAVING_OUT = """
    SELECT COALESCE(NULLIF(m.name, ''), m.insee_code),
        1 - sum(ST_Area(ST_Intersection(n.boundary, v.geometry))) / sum(ST_Area(n.boundary)) AS lost
    FROM geo_version v JOIN geo_municipality m ON m.key = v.key
    JOIN geo_neighbourhood n ON n.municipality_id = m.id AND n.closed_on IS NULL
    WHERE v.release_id = %(release)s
    GROUP BY m.id, n.kind HAVING sum(ST_Area(ST_Intersection(n.boundary, v.geometry)))
        < (1 - %(most)s) * sum(ST_Area(n.boundary)) ORDER BY lost DESC"""
OUTSIDE = """
    SELECT COALESCE(NULLIF(m.name, ''), m.insee_code),
        1 - sum(ST_Area(ST_Intersection(m.boundary, v.geometry))) / sum(ST_Area(v.geometry)) AS lost
    FROM geo_version v JOIN geo_municipality m ON m.insee_code = v.insee_code
    WHERE v.release_id = %(release)s AND m.boundary IS NOT NULL
    GROUP BY m.id HAVING sum(ST_Area(ST_Intersection(m.boundary, v.geometry)))
        < (1 - %(most)s) * sum(ST_Area(v.geometry)) ORDER BY lost DESC"""
UNKNOWN_TOWNS = """
    SELECT string_agg(DISTINCT v.insee_code, ', ') FROM geo_version v WHERE v.release_id = %(release)s
    HAVING bool_and(v.insee_code <> '' AND NOT EXISTS (
        SELECT FROM geo_municipality m WHERE m.insee_code = v.insee_code
        UNION ALL SELECT FROM geo_formermunicipality f WHERE f.insee_code = v.insee_code))"""
NAMELESS = """
    SELECT v.attributes->>'insee_code' FROM geo_version v WHERE v.release_id = %(release)s AND NOT v.attributes ? 'name'
      AND NOT EXISTS (SELECT FROM geo_municipality m WHERE m.key = v.key AND m.name <> '') ORDER BY 1"""


def compare_with_active(release: Release) -> dict[str, int]:
    """Count what the release adds, changes and closes, compared with the active one that it would replace."""
    added, changed, closed, _before = _compared(release)
    return {"added": added, "changed": changed, "closed": closed}


def warnings_about(release: Release) -> list[str]:
    """Return what someone should look at before this release is activated, worst first."""
    checks = {"municipalities": _of_municipalities, "neighbourhoods": _of_neighbourhoods}
    return [*_of_places(release), *checks.get(release.dataset, lambda release: ())(release)]


def _of_places(release: Release) -> Iterator[str]:
    _added, _changed, closed, before = _compared(release)
    if before and closed > MOST_GONE * before:
        told = {"closed": closed, "before": before}
        yield _("%(closed)d des %(before)d lieux du millésime actif ont disparu : fichier tronqué ?") % told
    if release.dataset != "municipalities":
        for (codes,) in _rows(UNKNOWN_TOWNS, release):
            yield _("aucune des communes du fichier n’est connue (%(codes)s) : importez-les d’abord.") % {
                "codes": codes
            }


def _of_municipalities(release: Release) -> Iterator[str]:
    for name, lost in _rows(SHRUNK, release):
        yield _("%(name)s : le contour perd %(lost).0f %% de sa surface.") % {"name": name, "lost": 100 * lost}
    for name, lost in _rows(LEAVING_OUT, release):
        yield _("%(name)s : le contour laisse dehors %(lost).0f %% de ses quartiers.") % {
            "name": name,
            "lost": 100 * lost,
        }
    for (code,) in _rows(NAMELESS, release):
        yield _("%(code)s : commune sans nom, précisez --map name=COLONNE.") % {"code": code}


def _of_neighbourhoods(release: Release) -> Iterator[str]:
    for name, lost in _rows(OUTSIDE, release):
        yield _("%(name)s : %(lost).0f %% des quartiers sont hors de la commune.") % {"name": name, "lost": 100 * lost}


def _compared(release: Release) -> tuple[int, int, int, int]:
    """Places added, changed and closed, and how many there were."""
    return _rows(COMPARING, release)[0]


def _rows(statement: str, release: Release) -> list[tuple]:
    names = ("dataset", "source", "territory")
    with connection.cursor() as cursor:
        told = {name: getattr(release, name) for name in names} | {"release": release.pk, "most": MOST_LOST}
        cursor.execute(statement, told)
        return cursor.fetchall()
