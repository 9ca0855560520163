"""The world of the privacy matrix: a village, its people, one row of every kind, and what is said in private."""

from dataclasses import dataclass
from datetime import date

from django.contrib.gis.geos import MultiPolygon, Point
from django.http import QueryDict
from django.utils import timezone

from directory.analysis_models import Analysis
from directory.keeping_analyses import keep, take_back
from directory.keeping_offers import keep_offer
from directory.models import Ask, Help, HelpWanted, Message, PublicFeed, RideAgreement
from directory.public_feeds import digest_of
from geo.models import WGS84, Building
from scopes.models import Account, Mute, Organisation
from scopes.viewing import viewer_of
from tests.directory.agreed import accepts
from tests.directory.agreed import asks as asks_for_seat
from tests.directory.around import at, box
from tests.directory.helping import asks_for_help, trusts
from tests.directory.introduced import listed, wants
from tests.directory.picturing import picture
from tests.directory.promised import in_days, promises
from tests.directory.requesting import asks
from tests.directory.ride_service import Service, service
from tests.directory.talking import begins
from tests.privacy_matrix import FEED, KEPT, RIDE_DAY, TAKEN_BACK
from tests.privacy_people import IN_CELL, make_people
from tests.privacy_rows import ASKED, HELPED, WRITTEN, Row, make_rows
from tests.scopes.village import Village, make_village

NOBODY = "00000000-0000-4000-8000-000000000000"


@dataclass
class World:
    """A village, its people by what they are, one row of every kind, and what is said in private.

    That is what the author asked the agent and a trusted circle, what the resident wrote to the author, the offer that
    the resident keeps, and the ride that the two agreed about.
    """

    village: Village
    people: dict[str, Account | None]
    rows: list[Row]
    asked: Ask
    message: Message
    help: Help
    voucher: Row
    agreed: RideAgreement
    #: A carpool service that holds a key.
    service: Service

    @property
    def opened(self):
        """Ids of every residence."""
        return [residence.pk for residence in self.village.residences.values()]


def make_world() -> World:
    village = make_village()
    members, people = make_people(village)
    alice, two = members["author"], members["two homes"]
    Mute.objects.create(account=alice.account, muted=members["blocked"].alias)
    rows = make_rows(village, members)
    town = {"municipality": village.town, "towns": [village.town.pk]}
    PublicFeed.objects.create(**town, digest=digest_of(FEED), stop_digest=digest_of("end"))
    agency, bench = Organisation.objects.filter(kind="agent").latest("pk"), Point(*at(200, 0), srid=WGS84)
    asked = asks(alice, agency, title=ASKED, text=ASKED, photo=picture(), point=bench)
    inside = next(row.listing for row in rows if row.listing.residence_id)
    message = begins(members["resident"], inside, WRITTEN, photos=[picture()])
    lent = next(row.listing for row in rows if row.listing.kind == "loan" and row.listing.residence_id)
    promises(alice, begins(members["resident"], lent).conversation, in_days(1))
    shared = next(row.listing for row in rows if row.listing.kind == "carpool" and row.listing.residence_id)
    places = {"pick_up": shared.start, "drop_off": shared.end}
    agreed = accepts(alice, asks_for_seat(members["resident"], shared, date.fromisoformat(RIDE_DAY), **places))
    help_ = asks_for_help(alice, title=HELPED, text=HELPED)
    trusts(alice, help_, two)
    trusts(alice, help_, members["caretaker"], "helper")
    hall = Organisation.objects.get(kind="municipality", admitted_at__isnull=False)
    listed(people["municipality"], hall, people["merchant"], "Fauvette")
    wants(alice, help_)
    HelpWanted.objects.update(shown_on=timezone.localdate())  # a Monday has passed
    _keep_analyses(village, people["municipality"])
    voucher = next(row for row in rows if row.listing.kind == "promotion" and row.seen_by == IN_CELL)
    keep_offer(viewer=viewer_of(people["resident"].pk), public_id=voucher.listing.public_id)
    other = service(kind="association", siret="", rna="W442000002")
    return World(village, people, rows, asked, message, help_, voucher, agreed, other)


def _keep_analyses(village: Village, account: Account) -> None:
    """Homes enough to tell of, and two analyses that the town keeps, of which it takes one back."""
    footprint = box(-10, 10, 10, 30)
    Building.objects.create(
        **{"key": "building:A", "source": "test", "municipality": village.town, "residence": village.residences["A"]},
        **{"footprint": MultiPolygon(footprint), "location": footprint.centroid, "dwellings": 12},
    )
    for key, within in ((KEPT, "300m"), (TAKEN_BACK, "500m")):
        analysis = keep(
            account=account, query=QueryDict(f"town={village.town.insee_code}&service=food&within={within}")
        )
        Analysis.objects.filter(pk=analysis.pk).update(public_id=key)
    take_back(account=account, public_id=TAKEN_BACK)
