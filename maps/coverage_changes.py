"""Two dates of an analysis side by side, in words and on a map: then, now, and the difference with its sign."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from folium import GeoJsonTooltip
from folium.utilities import JsCode

from directory.comparing_findings import Change, Comparison
from directory.coverage import Share
from directory.findings import Source
from maps.coverage_map import outline_of, view_around
from maps.coverage_told import dataset_name, heading
from maps.layers import Drawing, assembled, base_map, collection, feature, layer
from maps.sources import publisher, vintage
from maps.tiles import stamp
from maps.wording import grouped, percent
from scopes.moments import full_day

#: Points of percent from which a difference has the colour of its class (`maps/coverage.css`).
CLASSES = (-10, -1, 1, 10)
MINUS = "−"


def shade_of_change(points: float | None) -> int | None:
    """Return the number of a difference's class, from 0, the largest loss.

    >>> [shade_of_change(points) for points in (-10, -9.9, 0, 1, 10)]
    [0, 1, 2, 3, 4]
    """
    if points is None:
        return None
    losses, gains = CLASSES[:2], CLASSES[2:]
    return 2 - sum(points <= least for least in losses) + sum(points >= least for least in gains)


def told_of_changes(request: HttpRequest, comparison: Comparison) -> dict[str, object]:
    """What a page tells of two dates, with the map of the difference."""
    drawn = next(iter(comparison.by.values()), [])
    return {
        "then": full_day(comparison.then.made_on),
        "now": full_day(comparison.now.made_on),
        "change": _row(comparison.whole),
        "change_tables": [
            {"kind": kind, "heading": heading(kind), "rows": [_row(change) for change in changes]}
            for kind, changes in comparison.by.items()
        ],
        "change_notes": notes_of_changes(comparison),
        "change_legend": list(enumerate(_legend())),
        "map": _map(request, comparison, drawn),
    }


def signed(number: float, *, decimals: int = 0) -> str:
    """Write a difference with its sign; nothing is "0".

    >>> signed(3), signed(-1234), signed(0), signed(-0.02, decimals=1)
    ('+3', '−1\xa0234', '0', '0')
    """
    size = round(abs(number), decimals)
    if not size:
        return "0"
    words = number_format(size, decimal_pos=decimals, use_l10n=True, force_grouping=True)
    return f"{'+' if number > 0 else MINUS}{words}"


def _row(change: Change) -> dict[str, object]:
    points = change.points
    return {
        "name": ", ".join(str(area) for area in change.areas),
        "nowhere": not change.areas,
        "then": _share(change.then.homes) if change.then else None,
        "now": _share(change.now.homes) if change.now else None,
        "points": "" if points is None else _("%(points)s pt") % {"points": signed(points, decimals=1)},
        "homes": "" if change.homes is None else signed(change.homes),
        "shade": shade_of_change(points),
    }


def _share(homes: Share) -> dict[str, str]:
    return {"percent": percent(homes.percent), "homes": f"{grouped(homes.served)} / {grouped(homes.total)}"}


def notes_of_changes(comparison: Comparison) -> list[str]:
    """What must be known before two dates are compared: data that changed are no change on the ground."""
    then, now, told = comparison.then, comparison.now, []
    if None not in (then.loaded, now.loaded) and then.loaded != now.loaded:
        words = _("La part de la commune qui est chargée est passée de %(then)d à %(now)d %%.")
        told.append(words % {"then": then.loaded, "now": now.loaded})
    if then.whole.homes.total != now.whole.homes.total:
        words = _("Le nombre de logements connus est passé de %(then)s à %(now)s.")
        told.append(words % {"then": grouped(then.whole.homes.total), "now": grouped(now.whole.homes.total)})
    if then.open_at != now.open_at:
        told.append(_("Le moment demandé est le même jour de la semaine à la même heure, d’une autre semaine."))
    if any(change.then is None or change.now is None for changes in comparison.by.values() for change in changes):
        told.append(_("Des quartiers ont été redessinés, ou sont dits ensemble un jour et seuls l’autre."))
    told += [_("Données remplacées : %(source)s.") % {"source": _in_words(source)} for source in comparison.gone]
    told += [_("Données nouvelles : %(source)s.") % {"source": _in_words(source)} for source in comparison.new]
    return told


def _in_words(source: Source) -> str:
    parts = (dataset_name(source.dataset), publisher(source.source), source.vintage and vintage(source.vintage))
    return ", ".join(part for part in parts if part)


def _legend() -> list[str]:
    """The classes of differences, in words."""
    return [
        _("10 points de moins, ou davantage"),
        _("1 à 10 points de moins"),
        _("moins d’un point"),
        _("1 à 10 points de plus"),
        _("10 points de plus, ou davantage"),
    ]


def _map(request: HttpRequest, comparison: Comparison, changes: Sequence[Change]) -> Drawing:
    page = base_map(view=view_around(comparison.now.corners), stamp=stamp())
    drawn = collection(_features(comparison, changes))
    shown = layer("changes", drawn, style=JsCode("alentour.changeStyle"), smooth_factor=0.2)
    if drawn["features"]:
        shown.add_child(GeoJsonTooltip(["title"], labels=False, sticky=True, class_name="map-tip"))
    page.add_child(shown)
    return assembled(page, nonce=request.csp_nonce)


def _features(comparison: Comparison, changes: Iterable[Change]) -> Iterable[dict]:
    for change in changes:
        row = _row(change)
        for area in change.areas:
            title = _("%(name)s : %(share)s") % {"name": area.name, "share": row["points"] or _("pas comparable")}
            outline = outline_of(comparison.now if change.now else comparison.then, area)
            yield feature(outline, {"title": title, "shade": row["shade"]})
