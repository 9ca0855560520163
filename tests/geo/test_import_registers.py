"""Addresses of communes and of OpenStreetMap, buildings of the cadastre: each in its own format, its oddities known."""

import gzip
import json

import pytest
from django.conf import settings

from geo.errors import ImportRefused, InvalidParameter
from geo.importing.running import import_files
from geo.importing.sources import Options
from geo.models import Version

pytestmark = pytest.mark.django_db

BANO = settings.BASE_DIR.parent / "shared" / "data" / "melun-mimirsbrunn" / "sample-bano.csv"
OPEN_ADDRESSES = BANO.with_name("sample-oa.csv")
BAL = (
    "uid_adresse;cle_interop;commune_insee;commune_nom;commune_deleguee_insee;voie_nom;lieudit_complement_nom;numero;"
    "suffixe;position;x;y;long;lat;certification_commune"
)


@pytest.fixture
def loaded(tmp_path):
    """Import a file of one source; its release comes back."""

    def load(content, *, source, name="file.csv", dataset="addresses", **options):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return import_files(source=source, paths=[path], options=Options(dataset=dataset, **options))

    return load


def addresses(release):
    """Number, suffix, street and place of each, by its key."""
    found = Version.objects.filter(release=release).order_by("key")
    return {
        one.key: (one.attributes.get("number"), one.attributes.get("suffix", ""), one.geometry.x, one.geometry.y)
        for one in found
    }


def bal(*rows):
    return "\n".join((BAL, *rows))


def line(number=3, suffix="", position="entrée", where=";;3.0;49.0", key="77998_0010_00003", old=""):
    return f";{key};77998;Villegrille;{old};rue du Bac;;{number};{suffix};{position};{where};1"


class TestBal:
    def test_an_address_stands_at_its_entrance_wherever_that_line_is(self, loaded):
        parcel = line(position="parcelle", where=";;3.1;49.1")
        other = line(number=5, key="77998_0010_00005", position="segment", where=";;3.2;49.2")
        post = line(position="délivrance postale", where=";;3.3;49.3")
        release = loaded(bal(parcel, other, line(), post), source="bal")
        assert addresses(release) == {
            "bal:77998_0010_00003": (3, "", 3.0, 49.0), "bal:77998_0010_00005": (5, "", 3.2, 49.2),
        }  # fmt: skip
        assert release.report["ignored"]["autre position d’une même adresse"]["count"] == 2

    def test_the_order_of_the_lines_changes_nothing(self, loaded):
        lines = [line(position="parcelle", where=";;3.1;49.1"), line()]
        assert addresses(loaded(bal(*lines), source="bal")) == addresses(
            loaded(bal(*reversed(lines)), source="bal", name="other.csv")
        )

    def test_a_street_or_a_hamlet_without_numbers_is_no_address(self, loaded):
        release = loaded(bal(line(), line(number=99999, key="77998_0020_99999")), source="bal")
        assert release.report["ignored"]["voie ou lieu-dit sans numéro"] == {"count": 1, "rows": [2]}

    def test_where_degrees_lack_lambert_93_is_read(self, loaded):
        release = loaded(bal(line(where="652469.0;6877446.0;;")), source="bal")
        ((_number, _suffix, x, y),) = addresses(release).values()
        assert (round(x, 2), round(y, 2)) == (2.35, 49.0)

    def test_a_suffix_and_a_former_commune(self, loaded):
        release = loaded(bal(line(suffix="bis", key="77998_0010_00003_bis", old="77001")), source="bal")
        assert addresses(release) == {"bal:77998_0010_00003_bis": (3, "bis", 3.0, 49.0)}
        assert release.territory == "77998"

    def test_rows_that_cannot_be_used_are_named(self, loaded):
        release = loaded(bal(line(), line(number="trois"), line(key="b", where=";;;")), source="bal")
        rejected = release.report["rejected"]
        assert {row for of in rejected.values() for row in of["rows"]} == {2, 3}

    def test_version_1_4_has_its_identity_in_a_column_of_its_own(self, loaded):
        header = "id_ban_adresse;cle_interop;commune_insee;voie_nom;numero;suffixe;position;x;y;long;lat"
        row = "0246e48c;;77998;rue du Bac;3;;entrée;;;3.0;49.0"
        assert list(addresses(loaded(f"\ufeff{header}\n{row}\n", source="bal"))) == ["bal:0246e48c"]

    def test_another_table_is_refused(self, loaded):
        with pytest.raises(InvalidParameter, match="street_name"):
            loaded("numero;long;lat\n1;3.0;49.0\n", source="bal")


class TestBano:
    ROW = "779980010P-3,3 bis,Rue du Bac,77990,Villegrille,OSM,49.0,3.0\n"

    def test_columns_are_known_by_their_order(self, loaded):
        release = loaded(self.ROW, source="bano")
        assert addresses(release) == {"bano:779980010P-3": (3, "bis", 3.0, 49.0)}
        assert Version.objects.get().insee_code == "77998"

    def test_what_is_not_bano_is_refused_whole(self, loaded):
        for text in ("nom;numero\nA;1\n", "%PDF-1.7\n", "\0\0\0"):
            with pytest.raises(ImportRefused):
                loaded(text, source="bano")
        with pytest.raises(InvalidParameter, match="map"):
            loaded(self.ROW, source="bano", mapping={"number": "numero"})
        assert not Version.objects.exists()

    @pytest.mark.skipif(not BANO.is_file(), reason="the shared open data are not on this machine")
    def test_the_real_sample(self):
        release = import_files(source="bano", paths=[BANO], options=Options(dataset="addresses"))
        rejected = {row for of in release.report["rejected"].values() for row in of["rows"]}
        assert (release.report["read"], release.report["loaded"]) == (37, 34)
        assert rejected == {35, 36, 37}
        assert import_files(source="bano", paths=[BANO], options=Options(dataset="addresses")) == release


@pytest.mark.skipif(not OPEN_ADDRESSES.is_file(), reason="the shared open data are not on this machine")
def test_addresses_of_berlin_are_refused_and_nothing_is_written():
    with pytest.raises(ImportRefused):
        import_files(source="ban", paths=[OPEN_ADDRESSES], options=Options(dataset="addresses"))
    assert not Version.objects.exists()


class TestCadastre:
    def file(self, *told):
        features = [
            {
                "type": "Feature",
                "properties": {"type": kind, "nom": name, "commune": "77998", "created": "2020-01-01"},
                "geometry": {
                    "type": "MultiPolygon",
                    "coordinates": [[[[x, 49.0], [x + 0.001, 49.0], [x + 0.001, 49.001], [x, 49.001], [x, 49.0]]]],
                },
            }
            for kind, name, x in told
        ]
        return gzip.compress(json.dumps({"type": "FeatureCollection", "features": features}).encode())

    def test_buildings_of_a_commune_without_their_sheds(self, loaded):
        content = self.file(("01", "Mairie", 3.0), ("02", None, 3.01), ("01", None, 3.02), ("07", None, 3.03))
        release = loaded(content, source="cadastre", dataset="buildings", name="cadastre-77998-batiments.json.gz")
        assert (release.report["read"], release.report["loaded"]) == (4, 2)
        assert release.report["ignored"] == {"construction légère": {"count": 1, "rows": [2]}}
        assert release.report["rejected"] == {"type de bâtiment inconnu : 07": {"count": 1, "rows": [4]}}
        assert set(Version.objects.values_list("insee_code", flat=True)) == {"77998"}
        assert sorted(one.attributes.get("name", "") for one in Version.objects.all()) == ["", "Mairie"]

    def test_the_same_footprints_are_the_same_buildings(self, loaded):
        same = {"source": "cadastre", "dataset": "buildings"}
        loaded(self.file(("01", "Mairie", 3.0)), name="a-batiments.json.gz", **same)
        loaded(self.file(("01", "", 3.0)), name="b-batiments.json.gz", **same)
        assert len(set(Version.objects.values_list("key", flat=True))) == 1

    def test_a_broken_archive_is_refused(self, loaded):
        with pytest.raises(ImportRefused):
            loaded(self.file(("01", "", 3.0))[:-30], source="cadastre", dataset="buildings", name="x.json.gz")
