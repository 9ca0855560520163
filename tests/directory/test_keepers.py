"""Who keeps order: taken up by whom the manager confirmed, shared with neighbours, said to all who live there."""

from uuid import uuid4

import pytest

from geo.errors import NotFound
from scopes.keeping_order import keepers_of, lay_down, may_share_with, may_take_up, share, take_up
from scopes.models import Management, Membership, Proof
from scopes.proofs.table import Kind
from scopes.viewing import viewer_of
from tests.directory.browsing import browser, said
from tests.neighbours import neighbour, person

pytestmark = [pytest.mark.django_db, pytest.mark.privacy]


@pytest.fixture
def residence(village):
    return village.residences["A"]


def confirm(membership) -> Membership:
    """Have the manager confirm a membership, as `scopes.proofs.confirmation` leaves it."""
    manager = Management.objects.create(account=person("Régie"), residence=membership.residence)
    Proof.objects.create(membership=membership, kind=Kind.CONFIRMATION, spent=True, management=manager)
    return membership


@pytest.fixture
def council(residence):
    return confirm(neighbour("Colette", residence, role="council"))


def keeps(membership) -> bool:
    return Membership.objects.get(pk=membership.pk).moderates


def acting_for(deed, membership, **columns):
    return deed(viewer=viewer_of(membership.account_id), public_id=membership.alias.public_id, **columns)


def home_of(membership):
    return viewer_of(membership.account_id).home


def test_a_confirmed_council_or_caretaker_takes_it_up(council, residence):
    caretaker = confirm(neighbour("Gaston", residence, role="caretaker"))
    for member in (council, caretaker):
        assert may_take_up(home_of(member))
        acting_for(take_up, member)
        assert keeps(member) and not may_take_up(home_of(member))
    acting_for(lay_down, council)
    assert not keeps(council) and keeps(caretaker)


def test_a_role_that_nobody_confirmed_opens_nothing(residence):
    said_so = neighbour("Prétendant", residence, role="council")
    new = confirm(neighbour("Neuve", residence, role="council", settled=False))
    tenant = confirm(neighbour("Locataire", residence))
    for member in (said_so, new, tenant):
        with pytest.raises(NotFound):
            acting_for(take_up, member)
        assert not keeps(member)


def test_it_is_shared_with_a_settled_neighbour_who_is_listed(council, village, residence):
    acting_for(take_up, council)
    listed = neighbour("Lise", residence, listed=True)
    others = [
        neighbour("Cachée", residence),
        neighbour("Neuve", residence, listed=True, settled=False),
        neighbour("Bailleur", residence, listed=True, role="absent_owner"),
        neighbour("Ailleurs", village.residences["B"], listed=True),
    ]
    assert list(may_share_with(home_of(council))) == [listed]
    for other in others:
        with pytest.raises(NotFound):
            acting_for(share, council, neighbour=other.alias.public_id)
        assert not keeps(other)
    acting_for(share, council, neighbour=listed.alias.public_id)
    assert [keeper.pk for keeper in keepers_of(home_of(council))] == [council.pk, listed.pk]
    acting_for(lay_down, council)
    assert keeps(listed), "what was shared does not end with who shared it"


def test_who_keeps_nothing_shares_nothing_and_no_one_acts_for_another(council, residence):
    listed, plain = neighbour("Lise", residence, listed=True), neighbour("Paul", residence)
    for member in (council, plain):
        with pytest.raises(NotFound):
            acting_for(share, member, neighbour=listed.alias.public_id)
    for deed in (take_up, lay_down):
        with pytest.raises(NotFound):
            deed(viewer=viewer_of(plain.account_id), public_id=council.alias.public_id)


def test_who_keeps_order_is_said_to_those_who_live_there_and_to_nobody_else(council, village, residence):
    acting_for(take_up, council)
    inside = neighbour("Dedans", residence)
    assert "Colette D." in browser(inside).get("/moderation/qui/").text
    for who in (
        neighbour("Dehors", village.residences["B"]),
        neighbour("Bailleur", residence, role="absent_owner"),
        person("Nouveau"),
    ):
        assert "Colette" not in browser(who).get("/moderation/qui/").text


def test_the_page_does_it(council, residence):
    listed = neighbour("Lise", residence, listed=True)
    client, address = browser(council), f"/moderation/qui/{council.alias.public_id}/"
    assert "Y veiller" in client.get("/moderation/qui/").text
    client.post(address, {"deed": "take-up"})
    client.post(address, {"deed": "share", "neighbour": str(listed.alias.public_id)})
    assert keeps(council) and keeps(listed)
    client.post(address, {"deed": "lay-down"})
    assert not keeps(council)


def test_whoever_one_asks_for_nobody_is_found(council, residence):
    acting_for(take_up, council)
    hidden, client = neighbour("Cachée", residence), browser(council)
    own = f"/moderation/qui/{council.alias.public_id}/"
    told = {
        said(client.post(own, {"deed": "share", "neighbour": neighbour_id}))
        for neighbour_id in (str(hidden.alias.public_id), str(uuid4()), "n’importe quoi", "")
    }
    told |= {
        said(client.post(f"/moderation/qui/{uuid}/", {"deed": "take-up"})) for uuid in (uuid4(), hidden.alias.public_id)
    }
    assert len(told) == 1 and told.pop().startswith(b"404")
    assert browser(None).post(own, {"deed": "lay-down"}).status_code == 302 and keeps(council)
