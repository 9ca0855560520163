"""Our own vector tiles, the base map and its names (https://github.com/mapbox/vector-tile-spec, 2.1)."""

from __future__ import annotations

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from geo.models import Release
from maps.tiles_sql import CONSTANTS, base_statement, names_statement

MIN_ZOOM, MAX_ZOOM = 8, 19
STATEMENTS = {"base": base_statement, "names": names_statement}
#: A tile's address carries the stamp of the active releases (`?v=`): what it shows never changes under that address.
FOREVER = "public, max-age=31536000, immutable"
FIVE_MINUTES = "public, max-age=300"


def stamp() -> str:
    """A short digest of which releases are active: it changes whenever the map does."""
    return Release.objects.active().stamp()


@require_safe
@gzip_page
def tile(request: HttpRequest, layers: str, z: int, x: int, y: int) -> HttpResponse:
    """Answer one tile, empty where nothing is drawn; it never looks at cookies, so every reader gets the same bytes."""
    if layers not in STATEMENTS or not MIN_ZOOM <= z <= MAX_ZOOM or max(x, y) >= 1 << z:
        raise Http404
    response = HttpResponse(drawn(layers, z, x, y), content_type="application/vnd.mapbox-vector-tile")
    response["Cache-Control"] = FOREVER if "v" in request.GET else FIVE_MINUTES
    return response


def drawn(layers: str, z: int, x: int, y: int) -> bytes:
    """The encoded tile, at web-mercator zoom `z`, column `x` from the west and row `y` from the north."""
    with connection.cursor() as cursor:
        cursor.execute(STATEMENTS[layers](z), {"z": z, "x": x, "y": y, **CONSTANTS})
        return bytes(cursor.fetchone()[0])
