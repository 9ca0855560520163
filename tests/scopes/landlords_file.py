"""A landlords' file with the faults of real ones, over any opened town, and the key that says what each line means."""

from __future__ import annotations

import csv
import io
import random
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

from geo.models import Address, Municipality
from geo.wording import STREET_TYPES, plain

#: Invented landlords, each with the spellings that one file has of it: 20 together.
LANDLORDS = (
    ("Loire Logis Fictif", "LOIRE LOGIS FICTIF", "Loire-Logis-Fictif", "OPH Loire Logis Fictif", "Loire Logi Fictif"),
    ("Foyer Nantais Inventé", "SA Foyer Nantais Inventé", "S.A. FOYER NANTAIS INVENTE", "Foyer Nantai Inventé"),
    ("Toits de l’Erdre", "TOITS DE L'ERDRE", "Toit de l'Erdre", "SA HLM Toits de l'Erdre"),
    ("Société d’habitation Feydeau", "Ste d'habitation Feydeau", "SOCIETE D'HABITATION FEYDEAU"),
    ("SCI Le Grand Chêne", "SCI Grand Chene"),
    ("Immobilière du Bouffay", "Immobiliere Bouffay"),
)  # fmt: skip
COLUMNS = ("Bailleur", "Adresses", "Code postal", "Ville", "Nb logements")
ABBREVIATIONS = {full: shorts[0] for full, shorts in STREET_TYPES.items() if shorts}


@dataclass(frozen=True)
class Line:
    """A line as it is written, and what it means."""

    landlord: str
    addresses: tuple[str, ...]
    postcode: str
    town: str
    dwellings: str
    #: Keys of the residences that are meant; none where it is no residence of the town.
    meant: frozenset[str]
    fault: str = ""


def landlords_file(town: Municipality, *, seed: int, lines: int = 150) -> tuple[bytes, list[Line]]:
    """Return the file, as Excel saves a CSV in France, and its key: the lines from the second on, in order."""
    chance = random.Random(seed)
    doors = list(
        Address.objects.open()
        .filter(municipality=town, building__residence__dwellings__gte=3, building__residence__closed_on=None)
        .select_related("building__residence")
        .defer("building__footprint")
        .order_by("key")
    )
    spellings = [spelling for names in LANDLORDS for spelling in names]
    key = []
    for rank in range(lines):
        fault = FAULTS[rank % len(FAULTS)]
        key.append(fault(_plain_line(chance, doors, town, spellings[rank % len(spellings)]), chance, doors))
    chance.shuffle(key)
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for line in key:
        writer.writerow([line.landlord, "\n".join(line.addresses), line.postcode, line.town, line.dwellings])
    return file.getvalue().encode("cp1252", errors="replace"), key


def _plain_line(chance: random.Random, doors: list[Address], town: Municipality, landlord: str) -> Line:
    door = chance.choice(doors)
    residence = door.building.residence
    postcode = door.postcode or chance.choice(town.postcodes)
    return Line(
        landlord, (str(door),), postcode, town.name, str(residence.dwellings), frozenset([residence.key]), "plain"
    )


Fault = Callable[[Line, random.Random, list[Address]], Line]


def _as_it_is(line: Line, chance: random.Random, doors: list[Address]) -> Line:
    return line


def _abbreviated(line: Line, chance: random.Random, doors: list[Address]) -> Line:
    number, _, street = line.addresses[0].partition(" ")
    kind, _, rest = street.partition(" ")
    address = f"{number}, {ABBREVIATIONS.get(plain(kind), kind)}. {rest}"
    return replace(line, addresses=(address,), fault="abbreviated")


def _in_capitals(line: Line, chance: random.Random, doors: list[Address]) -> Line:
    letters = unicodedata.normalize("NFKD", line.addresses[0])
    address = "".join(letter for letter in letters if not unicodedata.combining(letter)).upper()
    return replace(line, addresses=(address,), town=line.town.upper() + " CEDEX 1", fault="capitals")


def _misspelt(line: Line, chance: random.Random, doors: list[Address]) -> Line:
    address = line.addresses[0]
    places = [rank for rank in range(len(address) // 2, len(address) - 1) if address[rank : rank + 2].isalpha()]
    place = chance.choice(places or [len(address) - 2])
    cut = chance.choice(
        [address[place + 1] + address[place], address[place], address[place] + "e" + address[place + 1]]
    )
    return replace(line, addresses=(address[:place] + cut + address[place + 2 :],), fault="misspelt")


def _number_mistaken(line: Line, chance: random.Random, doors: list[Address]) -> Line:
    """Another number of the same street: nothing of the address itself says that it is wrong."""
    number, _, street = line.addresses[0].partition(" ")
    others = [door for door in doors if door.street_name == street and str(door.number) != number]
    address = str(chance.choice(others)) if others else line.addresses[0]
    return replace(line, addresses=(address,), fault="number mistaken")


def _number_unknown(line: Line, chance: random.Random, doors: list[Address]) -> Line:
    street = line.addresses[0].partition(" ")[2]
    return replace(line, addresses=(f"{chance.randint(3000, 9000)} {street}",), fault="number unknown")


def _number_missing(line: Line, chance: random.Random, doors: list[Address]) -> Line:
    return replace(line, addresses=(line.addresses[0].partition(" ")[2],), fault="number missing")


def _several(line: Line, chance: random.Random, doors: list[Address]) -> Line:
    """Two or three addresses in a cell, with the town written under one of them."""
    more = chance.sample(doors, chance.choice([1, 2]))
    residences = {door.building.residence.key: door.building.residence.dwellings for door in more}
    residences |= dict.fromkeys(line.meant, int(line.dwellings))
    addresses = (*line.addresses, *map(str, more), f"{line.postcode} {line.town}")
    dwellings = str(sum(residences.values()))
    return replace(line, addresses=addresses, dwellings=dwellings, meant=frozenset(residences), fault="several lines")


def _building_before(line: Line, chance: random.Random, doors: list[Address]) -> Line:
    address = f"Bât. {chance.choice('ABC2')}, {line.addresses[0]}"
    return replace(line, addresses=(address,), fault="building before")


def _postcode_mistaken(line: Line, chance: random.Random, doors: list[Address]) -> Line:
    return replace(
        line, postcode=chance.choice(["44400", "75011", line.postcode[::-1], "4400"]), fault="postcode mistaken"
    )


def _columns_swapped(line: Line, chance: random.Random, doors: list[Address]) -> Line:
    if chance.random() < 0.5:
        return replace(line, postcode=line.town, town=line.postcode, fault="columns swapped")
    return replace(line, landlord=line.addresses[0], addresses=(line.landlord,), fault="columns swapped")


def _dwellings_mistaken(line: Line, chance: random.Random, doors: list[Address]) -> Line:
    dwellings = chance.choice(["", "?", "1", str(3 * int(line.dwellings) + 9)])
    return replace(line, dwellings=dwellings, fault="dwellings mistaken")


def _town_misspelt(line: Line, chance: random.Random, doors: list[Address]) -> Line:
    town = line.town[:2] + line.town[3:] if chance.random() < 0.5 else ""
    return replace(line, town=town, postcode=line.postcode if town else "", fault="town misspelt or missing")


def _elsewhere(line: Line, chance: random.Random, doors: list[Address]) -> Line:
    """The same street in the town next door."""
    town, postcode = chance.choice([("Rezé", "44400"), ("SAINT HERBLAIN", "44800"), ("St-Herblain", "44800")])
    return replace(line, town=town, postcode=postcode, meant=frozenset(), fault="elsewhere")


#: One round of faults: a quarter of the lines have none but their landlord's spelling.
FAULTS: tuple[Fault, ...] = (
    _as_it_is, _as_it_is, _as_it_is, _as_it_is, _as_it_is, _abbreviated, _abbreviated, _in_capitals, _misspelt,
    _misspelt, _several, _several, _several, _building_before, _number_mistaken, _number_unknown, _number_missing,
    _postcode_mistaken, _columns_swapped, _dwellings_mistaken, _town_misspelt, _elsewhere,
)  # fmt: skip
