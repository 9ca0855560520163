"""Which time it is in a commune, and which days are holidays there: by department, overseas and Alsace-Moselle too."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

import holidays

from geo.codes import department_of

FRANCE, MONACO = "FR", "MC"
MAINLAND_TIME = "Europe/Paris"

#: IANA time zone of each department or territory that does not follow Paris (IANA time zone database, `zone.tab`).
TIME_ZONES = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "977": "America/St_Barthelemy",
    "978": "America/Marigot",
    "984": "Indian/Kerguelen",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
    "99": "Europe/Monaco",
}

#: Communes of French Polynesia that do not follow Tahiti: Gambier, then the six of the Marquesas (COG 2025, zone.tab).
TIME_ZONES_OF_COMMUNES = {
    "98719": "Pacific/Gambier",
    **dict.fromkeys(("98718", "98723", "98731", "98746", "98750", "98751"), "Pacific/Marquesas"),
}

#: Subdivision of `holidays` whose days differ from the rest of France: Code du travail, L3134-13 for Alsace-Moselle and
#: L3422-2 for the commemoration of the abolition of slavery overseas.
HOLIDAY_SUBDIVISIONS = {
    "57": "57",
    "67": "6AE",
    "68": "6AE",
    "971": "971",
    "972": "972",
    "973": "973",
    "974": "974",
    "975": "PM",
    "976": "976",
    "977": "BL",
    "978": "MF",
    "984": "TF",
    "986": "WF",
    "987": "PF",
    "988": "NC",
}


def time_zone(code: str) -> str:
    """IANA time zone of a department or commune code: `Europe/Paris` for `44109`, `Indian/Reunion` for `974`."""
    return TIME_ZONES_OF_COMMUNES.get(code) or TIME_ZONES.get(department_of(code), MAINLAND_TIME)


def calendar_country(code: str) -> str:
    """ISO 3166 code of the national calendar of a department or commune: `FR`, or `MC` for Monaco.

    `opening-hours-py` knows these two; the days that a department has besides are in `local_holidays`.
    """
    return MONACO if department_of(code) == "99" else FRANCE


def public_holidays(code: str, years: Iterable[int]) -> dict[date, str]:
    """Public holidays of a department or commune code, with their French names, in order of date."""
    return {day: name for year in sorted(set(years)) for day, name in _holidays_of(department_of(code), year)}


def local_holidays(code: str, years: Iterable[int]) -> dict[date, str]:
    """The holidays of a department or commune that its national calendar does not have."""
    years = tuple(years)
    national = public_holidays("99" if calendar_country(code) == MONACO else "75", years)
    return {day: name for day, name in public_holidays(code, years).items() if day not in national}


@lru_cache(maxsize=1024)
def _holidays_of(department: str, year: int) -> tuple[tuple[date, str], ...]:
    """Days of one department and one year; computed once, as openings ask for the same few again and again."""
    country = calendar_country(department)
    language = "fr" if country == FRANCE else "fr_MC"
    subdivision = HOLIDAY_SUBDIVISIONS.get(department)
    days = holidays.country_holidays(country, subdiv=subdivision, years=year, language=language, expand=False)
    return tuple(sorted(days.items()))
