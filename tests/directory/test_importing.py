"""Imports of listings: truthful, repeatable, whole or not at all, and never louder than an owner."""

import json

import pytest
from django.core.management import CommandError, call_command

from directory.importing.drafting import CategoryChoice
from directory.importing.files import dataset_of, import_files, parse_where
from directory.importing.tables import Columns
from directory.models import Listing, ListingImport, Merchant, SearchEntry
from directory.publishing import edit, withdraw
from geo.errors import ImportRefused, InvalidParameter

pytestmark = pytest.mark.django_db

HEADER = "id;nom;categorie;lon;lat;telephone;horaires\n"


@pytest.fixture
def shops(tmp_path, town):
    """Write a CSV of shops of Nantes and import it; the report comes back."""

    def write(*lines, source="ville", name="shops.csv", header=HEADER, encoding="utf-8", **options):
        path = tmp_path / name
        path.write_bytes((header + "\n".join(lines)).encode(encoding))
        return import_files([path], source=source, **options)

    return write


BAKERY = "1;Le Fournil;Boulangerie;-1,56;47,21;02 61 91 00 01;Mo-Sa 07:00-19:00"
CAFE = "2;Café du Port;cafe;-1.52;47.22;;"


def test_rows_become_listings_with_records_and_entries(shops):
    report = shops(BAKERY, CAFE, licence="LO 2.0")
    assert (report.read, report.added) == (2, 2)
    bakery = Merchant.objects.get(title="Le Fournil")
    assert (bakery.category.code, bakery.phone, bakery.insee_code) == ("bakery", "+33261910001", "44109")
    assert (bakery.location.x, bakery.location.y) == (-1.56, 47.21)
    entry = bakery.entry
    assert entry.category_number == bakery.category.number
    assert entry.words == "le fournil boulangerie, patisserie bakery"
    assert entry.open_periods and entry.card["licence"] == "LO 2.0" and entry.card["phone"] == "+33261910001"
    assert SearchEntry.objects.get(title="Café du Port").open_periods is None


def test_the_report_is_stored(shops):
    report = shops(BAKERY)
    stored = ListingImport.objects.get()
    assert stored.report == json.loads(json.dumps(report.as_json()))
    assert (stored.source, stored.dataset) == ("ville", "shops")


def test_importing_twice_changes_nothing(shops):
    shops(BAKERY, CAFE)
    before = list(SearchEntry.objects.order_by("pk").values())
    report = shops(BAKERY, CAFE)
    assert (report.added, report.changed, report.gone, report.unchanged) == (0, 0, 0, 2)
    assert list(SearchEntry.objects.order_by("pk").values()) == before


def test_what_changes_keeps_its_identity_and_what_is_gone_goes(shops):
    shops(BAKERY, CAFE)
    bakery = Listing.objects.get(title="Le Fournil")
    report = shops(BAKERY.replace("Le Fournil", "Le Fournil doré"))
    assert (report.changed, report.gone) == (1, 1)
    bakery.refresh_from_db()
    assert bakery.title == bakery.entry.title == "Le Fournil doré"
    cafe = Listing.objects.get(title="Café du Port")
    assert cafe.withdrawn_at and not SearchEntry.objects.filter(listing=cafe).exists()


def test_what_comes_back_is_the_same_listing(shops):
    shops(BAKERY, CAFE)
    cafe = Listing.objects.get(title="Café du Port")
    shops(BAKERY)
    report = shops(BAKERY, CAFE)
    assert (report.added, report.changed) == (0, 1)
    assert SearchEntry.objects.get(public_id=cafe.public_id).listing_id == cafe.pk


def test_another_file_of_the_source_takes_nothing_away(shops):
    shops(BAKERY, name="bakeries.csv")
    report = shops(CAFE, name="cafes.csv")
    assert report.gone == 0
    assert SearchEntry.objects.count() == 2


def test_a_rejected_row_takes_nothing_away(shops):
    shops(BAKERY)
    report = shops(BAKERY.replace("Le Fournil", "x" * 200))
    assert report.gone == 0 and list(report.rejected.values()) == [["2"]]
    assert SearchEntry.objects.count() == 1


def test_a_half_broken_file_imports_its_good_rows_and_names_the_bad_ones(shops):
    report = shops(
        BAKERY,
        "3;trop;peu",
        "4;Sans catégorie;chose inconnue;-1.52;47.22;;",
        "5;Ailleurs;cafe;2.35;48.85;;",
        "6;Hors du globe;cafe;355577;6689723;;",
        "7;Point illisible;cafe;abc;47.2;;",
        "1;Encore;cafe;-1.52;47.22;;",
        "8;Café du Parc;cafe;-1.52;47.21;numéro;à midi",
    )
    assert report.added == 2 and report.read == 8
    assert sum(map(len, report.rejected.values())) == 6
    assert report.rejected["catégorie inconnue : chose inconnue"] == ["4"]
    assert report.rejected["hors des communes connues"] == ["5"]
    assert report.dropped == {"téléphone illisible": ["9"], "horaires illisibles, montrés tels quels": ["9"]}
    assert Merchant.objects.get(title="Café du Parc").opening_hours_text == "à midi"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_encodings_and_delimiters(shops, encoding, delimiter):
    line = CAFE.replace(";", delimiter)
    shops(line, header=HEADER.replace(";", delimiter), encoding=encoding)
    assert Listing.objects.get().title == "Café du Port"


def test_columns_are_mapped_and_values_chosen(shops):
    shops(
        "LE FOURNIL;PAIN;-1.56;47.21",
        "SQUARE;VERT;-1.56;47.22",
        "BAC;TRI;-1.56;47.23",
        header="NOMDUCOMMERCE;SORTE;lon;lat\n",
        columns=Columns({"name": "NOMDUCOMMERCE", "category": "SORTE"}),
        choice=CategoryChoice.parse(["PAIN=bakery", "VERT=park", "recycling"]),
    )
    assert set(Listing.objects.values_list("category__code", flat=True)) == {"bakery", "park", "recycling"}


@pytest.mark.parametrize(
    ("make", "parameter"),
    [
        (lambda: CategoryChoice.parse(["pain"]), "category"),
        (lambda: CategoryChoice.parse(["bakery", "cafe"]), "category"),
        (lambda: Columns({"nom": "x"}), "map"),
        (lambda: parse_where(["abc"]), "where"),
    ],
)
def test_wrong_options_name_themselves(make, parameter):
    with pytest.raises(InvalidParameter) as error:
        make()
    assert error.value.parameter == parameter


def test_a_column_that_is_not_there_is_named(shops):
    with pytest.raises(InvalidParameter, match="SORTE"):
        shops(BAKERY, columns=Columns({"category": "SORTE"}))


def test_rows_are_filtered(shops):
    report = shops(BAKERY, CAFE, wanted=parse_where(["category!=cafe"]))
    assert (report.read, report.added) == (1, 1)


def test_rows_are_filtered_by_any_column(shops):
    header = "id;nom;categorie;lon;lat;etat\n"
    lines = ("1;Ouvert;cafe;-1.52;47.22;A", "2;Fermé;cafe;-1.52;47.22;F")
    assert shops(*lines, header=header, wanted=parse_where(["etat=A"])).added == 1


def test_a_dataset_without_rows_is_refused(shops):
    shops(BAKERY)
    with pytest.raises(ImportRefused, match="Aucune ligne"):
        shops()
    assert SearchEntry.objects.count() == 1


def test_a_dry_run_reports_the_same_and_changes_nothing(shops):
    report = shops(BAKERY, CAFE, dry_run=True)
    assert report.added == 2
    assert not Listing.objects.exists() and not ListingImport.objects.exists()


def test_rows_without_a_point_are_placed_by_code_or_postcode(shops):
    header = "id;nom;categorie;insee;cp\n"
    report = shops("1;Le Fournil;bakery;44109;", "2;Café;cafe;;44000", "3;Nulle part;cafe;;99999", header=header)
    assert report.added == 2 and report.rejected == {"hors des communes connues": ["4"]}
    assert set(SearchEntry.objects.values_list("location", "insee_code")) == {(None, "44109")}


def test_only_one_municipality_is_read_and_loses(shops, make_town):
    make_town("44143", box=(-1.50, 47.20, -1.45, 47.25), name="Rezé")
    elsewhere = "9;Le Fournil de Rezé;bakery;-1.47;47.21;;"
    shops(BAKERY, CAFE, elsewhere)
    report = shops(BAKERY, municipality="44109")
    assert (report.read, report.gone) == (1, 1)
    assert SearchEntry.objects.filter(insee_code="44143").count() == 1


def test_markup_is_stored_as_text(shops):
    title = "<img src=x onerror=alert(1)> ${7*7}"
    shops(f"1;{title};cafe;-1.52;47.22;;")
    assert SearchEntry.objects.get().title == title


class TestOwners:
    def test_edits_survive_an_import(self, shops):
        shops(BAKERY)
        edit(listing=Listing.objects.get(), phone="+33261910099")
        report = shops(BAKERY.replace("Le Fournil", "Le Fournil doré").replace("00 01", "00 02"))
        assert report.changed == 1
        bakery = Merchant.objects.get()
        assert (bakery.title, bakery.phone) == ("Le Fournil doré", "+33261910099")
        assert bakery.entry.card["phone"] == "+33261910099"
        assert bakery.records.get().attributes["phone"] == "+33261910002"

    def test_what_an_owner_has_edited_stays_when_its_source_forgets_it(self, shops):
        shops(BAKERY, CAFE)
        edit(listing=Listing.objects.get(title="Le Fournil"), opening_hours="Mo-Su 07:00-20:00")
        assert shops(CAFE).gone == 1
        assert SearchEntry.objects.filter(title="Le Fournil").exists()

    def test_what_an_owner_withdrew_never_comes_back(self, shops):
        shops(BAKERY)
        withdraw(listing=Listing.objects.get())
        shops(BAKERY.replace("Le Fournil", "Le Fournil doré"))
        assert not SearchEntry.objects.exists()


class TestDuplicates:
    def test_another_source_is_a_second_record_of_the_same_listing(self, shops):
        shops(BAKERY)
        report = shops("A;Fournil (Le);bakery;-1.5601;47.2101;;", source="osm", name="osm.csv")
        assert (report.added, report.merged) == (0, 1)
        listing = Listing.objects.get()
        assert set(listing.records.values_list("source", flat=True)) == {"ville", "osm"}
        assert listing.title == "Le Fournil"

    def test_the_second_source_fills_what_the_first_leaves_out(self, shops):
        shops(CAFE)
        shops("A;Cafe du port;bar;-1.5201;47.2201;0261910005;", source="osm", name="osm.csv")
        merged = Merchant.objects.get()
        assert (merged.title, merged.category.code, merged.phone) == ("Café du Port", "cafe", "+33261910005")

    def test_when_the_first_is_gone_the_second_speaks(self, shops):
        shops(CAFE)
        shops("A;Cafe du port;bar;-1.5201;47.2201;;", source="osm", name="osm.csv")
        assert shops(BAKERY).gone == 1
        listing = Listing.objects.get(records__source="osm")
        assert (listing.title, listing.category.code, listing.withdrawn_at) == ("Cafe du port", "bar", None)

    def test_far_or_other_things_are_not_merged(self, shops):
        shops(CAFE)
        far = "A;Café du Port;cafe;-1.56;47.22;;"
        other = "B;Café du Port;library;-1.52;47.22;;"
        assert shops(far, other, source="osm", name="osm.csv").merged == 0

    def test_two_of_one_source_stay_two(self, shops):
        shops(CAFE, CAFE.replace("2;", "3;"))
        assert Listing.objects.count() == 2

    def test_things_known_by_their_category_alone_are_not_merged(self, shops):
        shops("1;;post_box;-1.52;47.22;;")
        assert shops("A;;post_box;-1.52;47.22;;", source="osm", name="osm.csv").merged == 0


def test_a_listing_that_changes_its_kind_keeps_its_id(shops):
    shops(CAFE)
    listing = Listing.objects.get()
    shops(CAFE.replace(";cafe;", ";library;"))
    assert Listing.objects.get().pk == listing.pk
    assert Listing.objects.get().publicplace and not Merchant.objects.exists()


@pytest.mark.parametrize("content", ["", "{", '{"type": "Point"}', "[1, 2]", '{"features": [1]}'])
def test_what_is_no_feature_collection_is_refused_whole(tmp_path, content):
    path = tmp_path / "x.geojson"
    path.write_text(content)
    with pytest.raises(ImportRefused, match=r"x\.geojson"):
        import_files([path], source="x")


def test_files_of_another_kind_or_absent_are_refused(tmp_path):
    (tmp_path / "x.pdf").write_text("x")
    for name in ("x.pdf", "absent.csv"):
        with pytest.raises(ImportRefused, match=name):
            import_files([tmp_path / name], source="x")
    (tmp_path / "x.osm.pbf").write_bytes(b"not a pbf")
    with pytest.raises(ImportRefused, match=r"x\.osm\.pbf"):
        import_files([tmp_path / "x.osm.pbf"], source="osm")


def test_geojson_of_any_shape_is_placed_on_what_is_drawn(tmp_path, town):
    square = [[[-1.53, 47.21], [-1.52, 47.21], [-1.52, 47.22], [-1.53, 47.22], [-1.53, 47.21]]]
    features = [
        {"properties": {"name": "Parc", "leisure": "park"}, "geometry": {"type": "Polygon", "coordinates": square}},
        {"properties": {"name": "Sans forme", "leisure": "park"}, "geometry": {"type": "Polygon", "coordinates": 7}},
        {"properties": None, "geometry": None},
    ]
    path = tmp_path / "parks.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    report = import_files([path], source="ville")
    assert (report.read, report.added) == (3, 1)
    assert report.rejected == {"géométrie illisible": ["2"], "catégorie absente": ["3"]}


def test_the_command_prints_its_report(tmp_path, town, capsys):
    path = tmp_path / "shops.csv"
    path.write_text(HEADER + BAKERY)
    call_command("import_listings", "ville", str(path), category=["cafe"], licence="LO 2.0")
    said = capsys.readouterr().out
    assert "lues" in said and "ajoutées" in said
    with pytest.raises(CommandError, match="--category"):
        call_command("import_listings", "ville", str(path), category=["pain"])
    with pytest.raises(CommandError, match="absent"):
        call_command("import_listings", "ville", "absent.csv")


def test_datasets_are_named_without_vintage(tmp_path):
    names = ["monaco-2021-04-21.osm.pbf", "monaco-2023-12-26.osm.pbf", "monaco-2012-07-06.osm.xml.gz"]
    assert {dataset_of([tmp_path / name]) for name in names} == {"monaco"}
    assert dataset_of([tmp_path / "a.csv", tmp_path / "b.csv"]) == "a+b"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "value"),
    [("source", ""), ("source", "a" * 33), ("dataset", "a" * 61), ("licence", "a" * 65), ("source", "a\x00b")],
)
def test_names_that_cannot_be_stored_are_refused(tmp_path, name, value):
    path = tmp_path / "liste.csv"
    path.write_text("nom,categorie,lon,lat\nLe Fournil,bakery,-1.5,47.2\n")
    with pytest.raises(InvalidParameter) as refusal:
        import_files([path], **{"source": "ville", name: value})
    assert refusal.value.parameter == name
    assert not ListingImport.objects.exists()
