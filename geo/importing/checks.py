"""Questions asked of a release before it is shown: what is gone, what shrank, what lies outside its commune."""

from __future__ import annotations

from django.db import connection

from geo.models import Release

#: More places gone than this share is more likely a truncated file than a year of demolitions.
MOST_GONE = 0.20
#: A commune does not shrink; a boundary smaller by this share, or leaving out as much of its quarters, is damaged.
MOST_SHRUNK = 0.05


def compare_with_active(release: Release) -> dict[str, int]:
    """Count what the release adds, changes and closes, compared with the active one that it would replace."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT count(*) FILTER (WHERE old.key IS NULL), count(*) FILTER (WHERE old.digest <> new.digest),
                count(*) FILTER (WHERE new.key IS NULL)
            FROM (SELECT key, digest FROM geo_version WHERE release_id = %s) AS new
            FULL JOIN (
                SELECT v.key, v.digest FROM geo_version v JOIN geo_release r ON r.id = v.release_id
                WHERE r.state = 'active' AND (r.dataset, r.source, r.territory) = (%s, %s, %s)
            ) AS old USING (key)""",
            [release.pk, release.dataset, release.source, release.territory],
        )
        return dict(zip(("added", "changed", "closed"), cursor.fetchone(), strict=True))


def warnings_about(release: Release) -> list[str]:
    """Return what someone should look at before this release is activated."""
    return []
