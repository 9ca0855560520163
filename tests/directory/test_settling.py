"""What a listing says: the earliest source, completed by later ones, overlaid by its owner."""

from directory.importing.report import SHOWN, Report
from directory.importing.rows import Unreadable
from directory.importing.settling import _COLUMNS, settled
from directory.publishing import WITHDRAWN

FIRST = {"title": "Le Fournil", "category": "bakery", "insee_code": "44109", "longitude": -1.5, "latitude": 47.2}
SECOND = {"title": "Fournil", "category": "cafe", "insee_code": "44143", "phone": "+33261910001", "longitude": -1.6}


def said(told, edits=None):
    withdrawn, *columns = settled(told, edits or {})
    return withdrawn, dict(zip(_COLUMNS, columns, strict=True))


def test_the_earliest_is_believed_and_the_later_completes():
    withdrawn, columns = said([(FIRST, False), (SECOND, False)])
    assert not withdrawn
    assert (columns["title"], columns["category"], columns["phone"]) == ("Le Fournil", "bakery", "+33261910001")


def test_a_point_is_never_completed_by_another_source():
    """What one source hides, because it may be a home, another one does not show."""
    hidden = {key: value for key, value in FIRST.items() if key not in ("longitude", "latitude")}
    _withdrawn, columns = said([(hidden, False), (SECOND, False)])
    assert columns["longitude"] is None and columns["latitude"] is None


def test_who_is_gone_is_silent_while_another_speaks():
    _withdrawn, columns = said([(FIRST, True), (SECOND, False)])
    assert (columns["title"], columns["insee_code"]) == ("Fournil", "44143")


def test_when_all_are_gone_the_last_word_is_kept_and_the_listing_withdrawn():
    withdrawn, columns = said([(FIRST, True), (SECOND, True)])
    assert withdrawn and columns["title"] == "Fournil"


def test_an_owner_has_the_last_word():
    withdrawn, columns = said([(FIRST, True)], {"title": "Le Fournil doré", "phone": ""})
    assert not withdrawn and columns["title"] == "Le Fournil doré"
    assert said([(FIRST, False)], {WITHDRAWN: True})[0]


def test_an_owner_can_leave_a_column_empty():
    assert said([(SECOND, False)], {"phone": ""})[1]["phone"] == ""


def test_a_report_lists_the_first_rows_of_each_reason_and_counts_all():
    report = Report()
    for number in range(SHOWN + 5):
        report.reject(Unreadable(str(number), "sans nom", f"key/{number}"))
    report.reject(Unreadable("99", "catégorie absente"))
    rejected = report.as_json()["rejected"]
    assert list(rejected) == ["sans nom", "catégorie absente"]
    assert rejected["sans nom"] == {"count": SHOWN + 5, "rows": [str(number) for number in range(SHOWN)]}
    assert "key/3" in report.refused
