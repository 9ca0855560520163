"""The metric system of each department (arrêté du 5 mars 2019, https://epsg.org); all of them are conformal."""

from __future__ import annotations

#: Mainland, Corsica, and Monaco beside it.
LAMBERT_93 = 2154
OVERSEAS = {"971": 5490, "972": 5490, "973": 2972, "974": 2975, "975": 4467, "976": 4471, "977": 5490, "978": 5490}

#: The number of the system as an expression of a department's column.
METRIC_SYSTEM_SQL = (
    "CASE {department} " + " ".join(f"WHEN '{code}' THEN {system}" for code, system in OVERSEAS.items())
    + f" ELSE {LAMBERT_93} END"
)  # fmt: skip
