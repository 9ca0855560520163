"""Says whether a service is as near in priority neighbourhoods as elsewhere: two rows, and one sentence."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from directory.equity import Equity, Side, equity_of
from directory.findings import Findings
from maps.coverage_people import people_in_words
from maps.wording import percent


def equity_told(findings: Findings) -> dict[str, object] | None:
    """What a page tells of it; nothing where no priority neighbourhood is told of, or nothing else."""
    equity = equity_of(findings)
    if equity is None:
        return None
    rows = [_row(_("Quartiers prioritaires"), equity.inside), _row(_("Le reste de la commune"), equity.outside)]
    return {"rows": rows, "sentence": _sentence(equity), "tells_people": any(row["people"] for row in rows)}


def _row(name: str, side: Side) -> dict[str, object]:
    return {
        "name": name,
        "percent": percent(side.homes.percent),
        "homes": side.homes,
        "people": people_in_words(side.people),
    }


def _sentence(equity: Equity) -> str:
    """The difference in whole points, as of the shares that are not rounded."""
    points = round(equity.points)
    told = {"inside": percent(equity.inside.homes.percent), "outside": percent(equity.outside.homes.percent)}
    if points == 0:
        words = _(
            "Autant de logements desservis dans les quartiers prioritaires qu’ailleurs : %(inside)s et %(outside)s."
        )
    elif points < 0:
        words = ngettext(
            "Dans les quartiers prioritaires, %(inside)s des logements sont desservis ; ailleurs, %(outside)s :"
            " %(points)d point de moins.",
            "Dans les quartiers prioritaires, %(inside)s des logements sont desservis ; ailleurs, %(outside)s :"
            " %(points)d points de moins.",
            -points,
        )
    else:
        words = ngettext(
            "Dans les quartiers prioritaires, %(inside)s des logements sont desservis ; ailleurs, %(outside)s :"
            " %(points)d point de plus.",
            "Dans les quartiers prioritaires, %(inside)s des logements sont desservis ; ailleurs, %(outside)s :"
            " %(points)d points de plus.",
            points,
        )
    return words % (told | {"points": abs(points)})
