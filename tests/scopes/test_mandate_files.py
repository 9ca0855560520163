"""The files of landlords are read as they are, or refused with the line and column at fault."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from geo.errors import InvalidParameter
from scopes import mandate_files
from scopes.mandate_columns import best_columns
from scopes.mandate_files import MandateRow, rows_of

HEADER = "Bailleur;Adresse;Code postal;Ville;Nb logements;Résidence"
LINE = "Logis Fleuri;8 rue des Églantines;77990;Villegrille;24;Les Lilas"
READ = MandateRow(
    line=2,
    landlord="Logis Fleuri",
    addresses=("8 rue des Églantines",),
    postcode="77990",
    town="Villegrille",
    dwellings=24,
    name="Les Lilas",
)


def workbook(*sheets) -> bytes:
    """A workbook of these sheets, each a list of rows."""
    book = Workbook()
    book.remove(book.active)
    for rows in sheets:
        sheet = book.create_sheet()
        for row in rows:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("mark", [";", ",", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_text_is_read_in_each_usual_form(encoding, mark, ending):
    text = ending.join([HEADER, LINE]).replace(";", mark)
    assert rows_of(text.encode(encoding)) == [READ]


def test_a_workbook_is_read_like_the_text():
    rows = [HEADER.split(";"), ["Logis Fleuri", "8 rue des Églantines", 77990, "Villegrille", 24.0, "Les Lilas"]]
    assert rows_of(workbook(rows)) == [READ]


def test_the_first_sheet_with_addresses_is_read():
    rows = [HEADER.split(";"), LINE.split(";")]
    assert rows_of(workbook([["Sommaire"]], rows)) == [READ]


def test_lines_are_numbered_as_a_spreadsheet_does():
    """Titles and blank lines count; a line break in a cell does not."""
    text = 'Patrimoine 2026\n\nadresse;ville\n"8 rue A\n10 rue A";Nantes\n;\n12 rue B;Nantes\n'
    assert [(row.line, row.addresses) for row in rows_of(text.encode())] == [
        (4, ("8 rue A", "10 rue A")),
        (6, ("12 rue B",)),
    ]
    rows = [["Patrimoine 2026"], [], ["adresse"], ["8 rue A\n10 rue A"], [], ["12 rue B"]]
    assert [row.line for row in rows_of(workbook(rows))] == [4, 6]


@pytest.mark.parametrize(
    ("cell", "addresses"),
    [
        ("8 rue A\n10 rue A", ("8 rue A", "10 rue A")),
        ("8 rue A\r\n\r\n10 rue A\r\n", ("8 rue A", "10 rue A")),
        ("8 rue A\n44000 Nantes\n10 rue A\n44000 Nantes", ("8 rue A, 44000 Nantes", "10 rue A, 44000 Nantes")),
        ("8 rue A ; 10 rue A", ("8 rue A", "10 rue A")),
        ("8 rue A / 10 rue A", ("8 rue A", "10 rue A")),
        ("8/10 rue A", ("8/10 rue A",)),
        ("8 / 10 rue A", ("8 / 10 rue A",)),
        ("8\u00a0rue\u202fA\t", ("8 rue A",)),
    ],
)
def test_a_cell_with_several_lines_holds_several_addresses(cell, addresses):
    assert rows_of(f'Adresses\n"{cell}"'.encode())[0].addresses == addresses


def test_a_line_without_an_address_is_kept_to_be_refused():
    assert rows_of(b"adresse;ville\n;Nantes\n")[0].addresses == ()


@pytest.mark.parametrize(
    ("header", "line", "address"),
    [
        ("N°;Voie;Ville", "8;rue A;Nantes", "8 rue A"),
        ("n° et voie;ville", "8 rue A;Nantes", "8 rue A"),
        ("NUMERO;Indice;Type de voie;Nom de la voie", "8;bis;rue;A", "8 bis rue A"),
        ("adrese;vile", "8 rue A;Nantes", "8 rue A"),
        ("ADRESSE COMPLÈTE;C.P.", "8 rue A;44000", "8 rue A"),
        ("Adresse;N°;Voie", ";8;rue A", "8 rue A"),
    ],
)
def test_columns_are_known_by_their_usual_names(header, line, address):
    assert rows_of(f"{header}\n{line}\n".encode())[0].addresses == (address,)


@pytest.mark.parametrize(
    ("cell", "dwellings", "remarks"),
    [
        ("24", 24, 0),
        ("24,0", 24, 0),
        ("env. 24 logts", 24, 0),
        ("12\n12", 24, 0),
        ("1 200", 1200, 0),
        ("", None, 0),
        ("?", None, 1),
        ("44000", None, 1),
    ],
)
def test_dwellings_are_counted_or_said_not_to_be_legible(cell, dwellings, remarks):
    row = rows_of(f'adresse;logements\n8 rue A;"{cell}"\n'.encode())[0]
    assert (row.dwellings, len(row.remarks)) == (dwellings, remarks)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "vide"),
        (b" \n ", "vide"),
        (b"nom;ville\nLilas;Nantes\n", "Aucune colonne d’adresses"),
        (b"adresse;ville\n", "Aucune ligne"),
        (b"adresse;adresses\n8 rue A;9 rue A\n", "« adresse » et « adresses »"),
        (b'adresse;ville\n8 rue A;Nantes\n"9 rue A;Nantes\n', "guillemets"),
        (b"adresse\n" + b"x" * 1001, "Ligne 2, colonne 1"),
        (b"adresse\n8 rue A" + b";" * 70 + b"x", "Ligne 2 : au plus 60 colonnes"),
        (b'adresse\n"' + b"1 rue A\n" * 51 + b'"', "Ligne 2 : au plus 50 adresses"),
        (b"adresse\n" + b"8 rue A\n" * 5_100, "5000 lignes"),
        (b"adresse\n" + b"x" * 2_000_000, "2 Mo"),
        (b"adresse\0\x81", "ni un CSV"),
        (b"%PDF-1.7\n\0\xff", "ni un CSV"),
        (b"\xff\xfea", "ni un CSV"),
        (b"\xd0\xcf\x11\xe0", ".xlsx ou CSV"),
        (b"PK\x03\x04 but no archive", "ni un CSV"),
    ],
)
def test_what_cannot_be_read_is_refused_with_its_place(content, told):
    with pytest.raises(InvalidParameter, match=told) as raised:
        rows_of(content)
    assert raised.value.parameter == "file"


def test_an_archive_that_is_no_workbook_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with pytest.raises(InvalidParameter, match="ni un CSV"):
        rows_of(file.getvalue())


def test_a_workbook_that_grows_when_unpacked_is_refused(monkeypatch):
    content = workbook([["adresse"], ["8 rue A"]])
    monkeypatch.setattr(mandate_files, "MOST_UNPACKED", 100)
    with pytest.raises(InvalidParameter, match="trop gros"):
        rows_of(content)


def test_a_cell_far_away_does_not_fill_memory():
    book = Workbook()
    book.active["A1"], book.active["A2"], book.active["A1048576"] = "adresse", "8 rue A", "9 rue A"
    file = io.BytesIO()
    book.save(file)
    with pytest.raises(InvalidParameter, match="5000 lignes"):
        rows_of(file.getvalue())


@given(st.integers(0, 6_000), st.binary(min_size=1, max_size=8))
def test_a_damaged_workbook_is_read_or_refused(place, damage):
    content = workbook([["adresse"], ["8 rue A"]])
    try:
        rows_of(content[:place] + damage + content[place + len(damage) :])
    except InvalidParameter as error:
        assert error.parameter == "file"


@pytest.mark.parametrize(
    ("part", "text"),
    [
        ("xl/worksheets/sheet1.xml", "<worksheet><sheetData><row><c"),
        ("xl/worksheets/sheet1.xml", ""),
        ("xl/workbook.xml", "<workbook/>"),
        ("xl/styles.xml", "no styles"),
    ],
)
def test_a_workbook_with_a_broken_part_is_refused(part, text):
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook([["adresse"], ["8 rue A"]]))) as sound, zipfile.ZipFile(file, "w") as bad:
        for name in sound.namelist():
            bad.writestr(name, text if name == part else sound.read(name))
    with pytest.raises(InvalidParameter):
        rows_of(file.getvalue())


def test_a_postcode_that_lost_its_zero_has_it_back():
    assert rows_of(workbook([["adresse", "cp"], ["8 rue A", 1000]]))[0].postcode == "01000"


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content):
    try:
        assert all(isinstance(row, MandateRow) for row in rows_of(content))
    except InvalidParameter as error:
        assert error.parameter == "file"


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=12), max_size=8))
def test_any_names_of_columns_are_known_or_not(names):
    try:
        columns = best_columns([names])
    except InvalidParameter:
        return
    assert columns is None or all(column < len(names) for column in columns.of.values())
