"""What someone is in a residence changes, and neither a right nor anything older comes with it."""

import re

import pytest
from django.urls import reverse

from directory.feeds import feed
from geo.errors import InvalidParameter
from scopes import changing_role, second_lock
from scopes.changing_role import change_role
from scopes.errors import Refused
from scopes.introducing import introduce
from scopes.leaving import leave
from scopes.models import Level, Management, Membership, Proof
from scopes.powers import residences_kept_by
from scopes.proofs.confirmation import confirm, introduced_to_keepers
from scopes.proofs.table import Kind
from scopes.residents import listed_in, newcomers_in
from scopes.viewing import viewer_of
from tests.directory.speaking import looking, say, seen_by
from tests.neighbours import asker, neighbour, person, sign_in
from tests.scopes.entering import DAY, building, hall_code, later, letter_code, types
from tests.scopes.test_keepers import manager

pytestmark = pytest.mark.django_db
Role = Membership.Role


@pytest.fixture
def home(toy_town):
    return building(3, 1)


@pytest.fixture
def ana(home) -> Membership:
    return neighbour("Ana", home, listed=True, moderates=True)


def keeps(one: Membership) -> bool:
    """Whether someone acts for the residence."""
    return bool(residences_kept_by(one.account, Role.CARETAKER, Role.COUNCIL))


def test_a_tenant_who_buys_stays_who_they_were(ana):
    before = viewer_of(ana.account_id).home
    owner = change_role(membership=ana, role=Role.OWNER)
    assert (owner.role, owner.listed, owner.moderates) == (Role.OWNER, True, True)
    assert viewer_of(ana.account_id).home == before


def test_who_moves_out_and_still_owns_leaves_the_space_of_the_residents(home, ana):
    bo = neighbour("Bo", home)
    say(bo, Level.RESIDENCE, "entre nous")
    assert seen_by(ana) == {"entre nous"}
    absent = change_role(membership=ana, role=Role.ABSENT_OWNER)
    assert (absent.listed, absent.moderates) == (False, False)
    assert seen_by(ana) == set()
    viewer = viewer_of(bo.account_id)
    assert set(listed_in(viewer.home)) == set()


def test_who_comes_to_live_where_they_owned_is_a_newcomer(home):
    bo, olga = neighbour("Bo", home), neighbour("Olga", home, role=Role.ABSENT_OWNER)
    say(bo, Level.RESIDENCE, "d’avant")
    living = change_role(membership=olga, role=Role.OWNER)
    assert living.provisional_until - living.entered_at == 7 * DAY
    assert list(newcomers_in(viewer_of(bo.account_id).home)) == [living]
    assert seen_by(olga) == set()
    say(bo, Level.RESIDENCE, "de maintenant")
    assert seen_by(olga) == {"de maintenant"}
    with later(8 * DAY), looking(olga) as viewer:
        assert {post.title for post in feed(viewer, viewer.home, level=Level.RESIDENCE).said} >= {"d’avant"}


def test_nobody_goes_back_and_forth_within_a_week(home):
    olga = neighbour("Olga", home, role=Role.ABSENT_OWNER)
    change_role(membership=olga, role=Role.OWNER)
    with pytest.raises(Refused, match="semaine"):
        change_role(membership=olga, role=Role.ABSENT_OWNER)
    with later(8 * DAY):
        assert change_role(membership=olga, role=Role.ABSENT_OWNER).role == Role.ABSENT_OWNER


@pytest.mark.parametrize("role", changing_role.ACTING)
def test_a_manager_who_confirmed_a_tenant_confirmed_no_caretaker(home, role):
    """The one oracle of power: a confirmation given for something else."""
    agent = manager(home)
    bo = neighbour("Bo", home, proved_by=Kind.CONFIRMATION)
    Proof.objects.filter(membership=bo).update(management=Management.objects.get(account=agent))
    change_role(membership=bo, role=role)
    assert not keeps(bo)
    assert Membership.objects.settled().filter(pk=bo.pk).exists()
    introduce(membership=bo, to="keepers")
    assert list(introduced_to_keepers(home.pk)) == [bo]
    confirm(keeper=agent, newcomer=bo)
    assert keeps(bo)
    change_role(membership=bo, role=Role.TENANT)
    assert not keeps(bo)
    change_role(membership=bo, role=role)
    assert not keeps(bo), "what was confirmed once is not taken out again"


def test_a_confirmation_that_waits_for_a_letter_is_no_confirmation_of_another_role(home):
    """In an empty residence the letter decides: until it comes, one could say something else."""
    agent, zoe = manager(home), asker("Zoé", home)
    introduce(membership=zoe, to="keepers")
    confirm(keeper=agent, newcomer=zoe)
    change_role(membership=zoe, role=Role.CARETAKER)
    entered = types(zoe, letter_code(zoe))
    assert entered.entered_at is not None
    with later(8 * DAY):
        assert not keeps(entered)


def test_who_was_confirmed_to_act_and_acts_no_more_keeps_no_order(home):
    agent = manager(home)
    karim = neighbour("Karim", home, role=Role.CARETAKER, proved_by=Kind.CONFIRMATION, moderates=True)
    Proof.objects.filter(membership=karim).update(management=Management.objects.get(account=agent))
    assert keeps(karim)
    tenant = change_role(membership=karim, role=Role.TENANT)
    assert not keeps(karim) and not tenant.moderates


def test_who_only_asks_may_say_something_else_before_entering(home):
    neighbour("Ana", home)
    zoe = asker("Zoé", home, role=Role.ABSENT_OWNER)
    asked = change_role(membership=zoe, role=Role.TENANT)
    assert asked.entered_at is None and asked.role == Role.TENANT
    hall_code(home)


@pytest.mark.parametrize("role", ["", "king", "TENANT", "tenant\0"])
def test_a_role_that_there_is_not_changes_nothing(ana, role):
    with pytest.raises(InvalidParameter):
        change_role(membership=ana, role=role)
    ana.refresh_from_db()
    assert ana.role == Role.TENANT


def test_the_same_again_and_a_home_that_was_left_change_nothing(home, ana):
    assert change_role(membership=ana, role=Role.TENANT).moderates
    leave(membership=ana)
    assert change_role(membership=ana, role=Role.COUNCIL).role == Role.TENANT


# The page.


def test_the_role_is_changed_on_the_page_and_confirmed_on_the_managers(client, home, ana):
    sign_in(client, ana.account)
    address = reverse("home-role", args=[ana.handle])
    assert address in client.get(reverse("homes")).content.decode()
    assert re.search(r'value="tenant" checked', client.get(address).content.decode())
    said = client.post(address, {"role": "council"}, follow=True).content.decode()
    assert "C’est changé." in said and "Demander une confirmation" in said
    client.post(address, {"confirm": ""})
    assert "C’est demandé." in client.get(address).content.decode()
    agent = manager(home)
    sign_in(client, agent, two_factors=True)
    assert "conseil syndical" in client.get(reverse("keeping")).content.decode()
    client.post(reverse("keeper-answer", args=[ana.alias.public_id]))
    sign_in(client, ana.account)
    assert "Demander une confirmation" not in client.get(address).content.decode()
    assert keeps(ana)


def test_a_refusal_is_said_on_the_page(client, home):
    nora = neighbour("Nora", home, settled=False)
    sign_in(client, nora.account)
    for role in ("owner", "king"):
        answer = client.post(reverse("home-role", args=[nora.handle]), {"role": role})
        assert answer.status_code == 400 and 'role="alert"' in answer.content.decode()
    nora.refresh_from_db()
    assert nora.role == Role.TENANT


def test_nobody_changes_what_someone_else_is(client, home, ana):
    for other in (neighbour("Bo", home).account, person("Zoé")):
        sign_in(client, other)
        address = reverse("home-role", args=[ana.handle])
        assert client.get(address).status_code == client.post(address, {"role": "owner"}).status_code == 404
    ana.refresh_from_db()
    assert ana.role == Role.TENANT


def test_the_list_of_residents_names_no_caretaker_whom_nobody_confirmed(client, home, ana):
    karim = neighbour("Karim", home, role=Role.CARETAKER, listed=True)
    sign_in(client, ana.account)
    assert "Karim D." in (listed := client.get(reverse("residence")).content.decode())
    assert "gardien" not in listed.split("Karim D.")[1].split("</li>")[0]
    agent = manager(home)
    with second_lock.opened([home.pk]):
        Proof.objects.create(
            membership=karim, kind=Kind.CONFIRMATION, spent=True, management=Management.objects.get(account=agent)
        )
    named = client.get(reverse("residence")).content.decode()
    assert "gardien" in named.split("Karim D.")[1].split("</li>")[0]
