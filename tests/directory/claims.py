"""Short words for tests of claims: a shop, whose it is, and the code posted there."""

from __future__ import annotations

from django.contrib.gis.geos import Point
from django.db import transaction

from directory.claiming import claim, prove
from directory.importing.files import import_files
from directory.models import Claim, Listing
from directory.publishing import publish
from scopes.models import Account, Organisation
from scopes.organisations.proposing import propose
from scopes.proofs.letter import code_to_print
from tests.neighbours import person
from tests.scopes.mandates import SIRETS

HEADER = "id;nom;categorie;adresse;lon;lat;telephone;horaires;site\n"
BAKERY = "1;Le Fournil;bakery;3 rue Dorée;-1,56;47,21;02 61 91 00 01;Mo-Sa 07:00-19:00;https://fournil.example"
CAFE = "2;Café du Port;cafe;;-1.52;47.22;;;"

OSM_BAKERY = """<osm version="0.6"><node id="1" lon="-1.560" lat="47.210" version="1"><tag k="shop" v="bakery"/>
  <tag k="name" v="{name}"/><tag k="addr:housenumber" v="3"/><tag k="addr:street" v="rue Dorée"/>
  <tag k="phone" v="{phone}"/><tag k="opening_hours" v="{hours}"/></node>
  <node id="2" lon="-1.520" lat="47.220" version="1"><tag k="amenity" v="cafe"/><tag k="name" v="Café du Port"/></node>
</osm>"""


def import_csv(tmp_path, *lines: str):
    """Import these shops as the town's file tells them now."""
    path = tmp_path / "shops.csv"
    path.write_text(HEADER + "\n".join(lines))
    return import_files([path], source="ville")


def import_osm(tmp_path, text: str):
    """Import an extract as OpenStreetMap is now."""
    path = tmp_path / "extract.osm"
    path.write_text(text)
    return import_files([path], source="osm")


def bakery(town, **columns) -> Listing:
    """A bakery at a public address."""
    place = {"location": Point(-1.56, 47.21, srid=4326), "address": "3 rue Dorée", **columns}
    return publish(category="bakery", title="Le Fournil", municipality=town, **place)


def merchant(account: Account, name: str = "Fournil SARL", **columns) -> Organisation:
    """An organisation that nobody admitted yet."""
    columns = {"kind": "merchant", "siret": SIRETS[3], "contact": "02 61 91 00 01", **columns}
    return propose(account=account, name=name, **columns)


def claims(account: Account, listing: Listing, own: Organisation | None = None) -> Claim:
    """Someone says that a place is theirs."""
    return claim(account=account, organisation=own or merchant(account), listing=listing)


def posted(claim: Claim) -> str:
    """The code on the sheet of the letter of a claim."""
    claim.refresh_from_db()
    with transaction.atomic():
        return code_to_print(letter=claim.letter)


def keeps(account: Account, listing: Listing, own: Organisation | None = None) -> Claim:
    """Someone keeps a place, proved by post."""
    asked = claims(account, listing, own)
    return prove(account=account, claim=asked, text=posted(asked))


def shopkeeper() -> Account:
    return person("Basile", "Pain")
