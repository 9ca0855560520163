"""Those who keep a residence: confirm, hang posters, list lots; a role alone opens none of it."""

import re

import pytest
from django.contrib.gis.measure import D
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InvalidParameter
from scopes.errors import PositionRefused, Refused, TooManyClaims
from scopes.expiring import expire
from scopes.introducing import introduce
from scopes.leaving import leave
from scopes.managing import end_management, grant_management
from scopes.models import Account, Code, LotClaim, LotEntry, Management, Membership, Proof
from scopes.powers import residences_kept_by
from scopes.proofs.confirmation import confirm, introduced_to_keepers, withdraw_confirmation
from scopes.proofs.lots import _digest, claim_lot, list_lots
from scopes.proofs.position import prove_by_position
from scopes.proofs.table import Kind
from scopes.rights.exporting import told
from tests.neighbours import neighbour, person, sign_in
from tests.scopes.entering import (
    DAY,
    ask_to_join,
    asks,
    building,
    hall_code,
    later,
    letter_code,
    position_of,
    types,
)
from tests.still import still_page

pytestmark = pytest.mark.django_db
Role = Membership.Role
#: What differs from person to person in any page.
OWN = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@pytest.fixture
def home(toy_town):
    return building(3, 1)


def manager(home, first_name="Gil") -> Account:
    agent = person(first_name)
    grant_management(staff=person("Sam", is_staff=True), account=agent, residence=home)
    return agent


def caretaker(home, agent=None) -> Membership:
    """A caretaker whom the manager confirmed, settled."""
    one = neighbour("Karim", home, role=Role.CARETAKER, proved_by=Kind.CONFIRMATION)
    agent = agent or manager(home)
    Proof.objects.filter(membership=one).update(management=Management.objects.get(account=agent, residence=home))
    return one


# Confirmation.


def test_a_manager_or_a_confirmed_caretaker_opens_the_door_alone(home):
    neighbour("Ana", home)
    agent = manager(home)
    for keeper, name in ((agent, "Zoé"), (caretaker(home, agent).account, "Lou")):
        newcomer = confirm(keeper=keeper, newcomer=asks(name, home))
        assert newcomer.entered_at is not None


def test_the_first_resident_needs_a_letter_all_the_same(home):
    zoe = confirm(keeper=manager(home), newcomer=asks("Zoé", home))
    assert zoe.entered_at is None


def test_a_role_that_nobody_confirmed_confirms_nobody(home):
    newcomer = asks("Zoé", home)
    by_letter = neighbour("Faux", home, role=Role.CARETAKER)
    by_caretaker = neighbour("Ami", home, role=Role.CARETAKER, proved_by=Kind.CONFIRMATION)
    resident, elsewhere = neighbour("Ana", home), manager(building(2, 2), "Eve")
    for keeper in (by_letter.account, by_caretaker.account, resident.account, elsewhere, newcomer.account):
        with pytest.raises(Refused):
            confirm(keeper=keeper, newcomer=newcomer)
        assert home not in residences_kept_by(keeper, Role.CARETAKER, Role.COUNCIL)


@pytest.mark.parametrize("role", [Role.CARETAKER, Role.COUNCIL])
def test_only_a_manager_confirms_those_who_act(home, role):
    agent = manager(home)
    acting = asks("Bo", home, role=role)
    with pytest.raises(Refused):
        confirm(keeper=caretaker(home, agent).account, newcomer=acting)
    neighbour("Ana", home)
    assert confirm(keeper=agent, newcomer=acting).entered_at is not None


def test_a_manager_confirms_oneself_nowhere(home):
    agent = manager(home)
    mine = asks("Gil", home)
    mine.account = agent
    mine.save()
    with pytest.raises(Refused):
        confirm(keeper=agent, newcomer=mine)


def test_a_confirmation_taken_back_until_one_is_settled(home):
    neighbour("Ana", home)
    agent, other = manager(home), manager(home, "Autre")
    zoe = confirm(keeper=agent, newcomer=asks("Zoé", home))
    with pytest.raises(Refused):
        withdraw_confirmation(keeper=other, newcomer=zoe)
    assert withdraw_confirmation(keeper=agent, newcomer=zoe).entered_at is None


def test_rights_end_with_the_management(home):
    agent = manager(home)
    keeper = caretaker(home, agent)
    assert residences_kept_by(keeper.account, Role.CARETAKER) == [home]
    end_management(by=agent, management=Management.objects.get(account=agent))
    with pytest.raises(Refused):
        confirm(keeper=agent, newcomer=asks("Zoé", home))
    assert residences_kept_by(keeper.account, Role.CARETAKER) == []


def test_management_is_granted_by_staff_alone_and_once(home):
    gil = person("Gil")
    with pytest.raises(Refused):
        grant_management(staff=gil, account=gil, residence=home)
    agent = manager(home)
    staff = Account.objects.get(is_staff=True)
    assert grant_management(staff=staff, account=agent, residence=home) == Management.objects.get()
    with pytest.raises(Refused):
        end_management(by=gil, management=Management.objects.get())


def test_only_who_asked_is_shown_to_keepers(home):
    zoe, lou = asks("Zoé", home), asks("Lou", home)
    introduce(membership=zoe, to="keepers")
    introduce(membership=lou, to="neighbours")
    assert list(introduced_to_keepers(home.pk)) == [zoe]


# Lots.


def test_name_and_lot_of_the_list_are_half_a_proof_however_they_are_written(home):
    neighbour("Ana", home)
    list_lots(residence=home, lines=[("DURAND Zoé", "A 012"), ("Œuvrard", "13")])
    zoe = claim_lot(membership=asks("Zoé", home), name="zoé  durand", lot="A 012")
    assert zoe.proofs.get().kind == Kind.LOTS and zoe.entered_at is None
    assert types(zoe, hall_code(home)).entered_at is not None
    lou = ask_to_join(account=person("Lou", "Oeuvrard"), residence=home, role="tenant")
    assert position_of(claim_lot(membership=lou, name="ŒUVRARD", lot="0013")).entered_at is not None


@pytest.mark.parametrize("lot", ["13", "", "☂", "1 2 3"])
def test_what_is_not_on_the_list_is_noted_alike_and_opens_nothing(home, lot):
    neighbour("Ana", home)
    list_lots(residence=home, lines=[("Durand", "12")])
    zoe = claim_lot(membership=asks("Zoé", home), name="Durand", lot=lot)
    assert zoe.proofs.get().kind == Kind.LOTS
    assert position_of(zoe).entered_at is None
    assert claim_lot(membership=zoe, name="Durand", lot="12").entered_at is not None


def test_a_claim_that_does_not_hold_is_forgotten_on_entering_and_counts_nowhere(home):
    list_lots(residence=home, lines=[("Durand", "12")])
    zoe = claim_lot(membership=asks("Zoé", home), name="Durand", lot="13")
    zoe = types(zoe, letter_code(zoe))
    assert zoe.entered_at is not None and [proof.kind for proof in zoe.proofs.all()] == [Kind.LETTER]


def test_a_list_of_another_residence_proves_nothing(home):
    neighbour("Ana", home)
    list_lots(residence=building(2, 2), lines=[("Durand", "12")])
    assert position_of(claim_lot(membership=asks("Zoé", home), name="Durand", lot="12")).entered_at is None


@pytest.mark.parametrize("name", ["Martin", "Zoé", "", "Durandet"])
def test_nobody_claims_under_the_name_of_someone_else(home, name):
    list_lots(residence=home, lines=[(name or "Durand", "12")])
    zoe = asks("Zoé", home)
    with pytest.raises(InvalidParameter) as refused:
        claim_lot(membership=zoe, name=name, lot="12")
    assert refused.value.parameter == "name"
    assert not zoe.proofs.exists() and not LotClaim.objects.exists()


@pytest.mark.parametrize("listed", [True, False])
def test_five_lots_are_claimed_in_a_year_right_or_wrong_and_wherever(home, listed):
    list_lots(residence=home, lines=[("Durand", "12" if listed else "99")])
    zoe = asks("Zoé", home)
    for _ in range(4):
        claim_lot(membership=zoe, name="Durand", lot="12")
    leave(membership=zoe)
    again = ask_to_join(account=zoe.account, residence=home, role="tenant")
    claim_lot(membership=again, name="Durand", lot="12")
    with pytest.raises(TooManyClaims):
        claim_lot(membership=again, name="Durand", lot="12")
    with later(366 * DAY):
        expire()
        assert not LotClaim.objects.exists()


@pytest.mark.privacy
def test_no_page_nor_copy_tells_who_is_on_a_list(client, home):
    """Two strangers of one name claim a lot, one of them rightly: all that they are answered is the same."""
    neighbour("Ana", home)
    list_lots(residence=home, lines=[("Durand Zoé", "12")])
    answers = []
    for lot in ("12", "13"):
        asking = asks("Eve", home)
        sign_in(client, asking.account)
        noted = client.post(reverse("give-lot", args=[asking.handle]), {"name": "Durand Zoé", "lot": lot}, follow=True)
        assert "C’est noté" in noted.content.decode()
        pages = (noted, client.get(reverse("homes")), client.get(reverse("home-proofs", args=[asking.handle])))
        said = [OWN.sub("", still_page(page)) for page in pages]
        copy = told(asking.account)["preuves de domicile"]
        answers.append((said, [{**proof, "given_at": None} for proof in copy]))
    assert answers[0] == answers[1]


def test_a_list_keeps_hashes_and_never_revokes_nor_tells(home):
    neighbour("Ana", home)
    list_lots(residence=home, lines=[("Durand", "12")])
    zoe = position_of(claim_lot(membership=asks("Zoé", home), name="Durand", lot="12"))
    assert zoe.entered_at is not None
    kept = str(list(LotEntry.objects.values()))
    assert "urand" not in kept and "12'" not in kept
    list_lots(residence=home, lines=[("Nouveau", "12")])
    zoe.refresh_from_db()
    assert zoe.entered_at is not None
    assert {field.name for field in LotEntry._meta.get_fields()} == {"id", "residence", "digest", "listed_at"}


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([("Durand", "12"), ("", "13")], "Ligne 2"),
        ([("Durand", " ")], "Ligne 1"),
        ([(str(n), "1") for n in range(500)], "plus de lignes"),
    ],
)
def test_a_bad_list_names_its_line_and_changes_nothing(home, lines, told):
    list_lots(residence=home, lines=[("Durand", "12")])
    with pytest.raises(InvalidParameter, match=told) as refused:
        list_lots(residence=home, lines=lines)
    assert refused.value.parameter == "lots"
    assert LotEntry.objects.get().digest == _digest(home.pk, "Durand", "12")


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=10), st.text(max_size=10))
def test_names_and_lots_never_run_into_each_other(name, other, lot, another):
    if _digest(1, name, lot) == _digest(1, other, another):
        assert _digest(1, name, "") == _digest(1, other, "")
        assert _digest(1, "", lot) == _digest(1, "", another)
    assert _digest(1, name, lot) != _digest(2, name, lot)


# Position.


def test_a_position_is_half_a_proof_near_the_walls_and_is_not_kept(home):
    neighbour("Ana", home)
    zoe = position_of(asks("Zoé", home))
    assert zoe.entered_at is None
    proof = zoe.proofs.get()
    assert {field.name for field in Proof._meta.concrete_fields} == {
        *("id", "membership", "kind", "given_at", "spent", "holds", "code", "given_by", "management")
    }
    assert proof.kind == Kind.POSITION


@pytest.mark.parametrize(
    ("east", "accuracy", "near"),
    [(0, 10, True), (58, 10, True), (75, 10, False), (0, 61, False), (0, 1_000_000, False), (9_000, 1, False)],
)
def test_how_near_is_near(toy_town, home, east, accuracy, near):
    """The building of block (3, 1) reaches from 330 to 370 m: 40 m further is 410."""
    point, zoe = toy_town.point(350 + east, 150), asks("Zoé", home)
    where = {"longitude": point.x, "latitude": point.y, "accuracy": D(m=accuracy)}
    if near:
        assert prove_by_position(membership=zoe, **where).proofs.count() == 1
        return
    with pytest.raises(PositionRefused):
        prove_by_position(membership=zoe, **where)
    assert not zoe.proofs.exists()


# Pages.


def test_the_keepers_page_is_there_for_keepers_behind_a_second_factor_for_managers(home, client):
    for account in (person("Zoé"), neighbour("Faux", home, role=Role.CARETAKER).account):
        sign_in(client, account)
        assert client.get(reverse("keeping")).status_code == 404
        assert reverse("keeping") not in client.get(reverse("homes")).content.decode()
    agent = manager(home)
    client.force_login(agent)
    assert client.get(reverse("keeping"))["Location"] == reverse("mfa_index")
    sign_in(client, caretaker(home, agent).account)
    assert reverse("keeping") in client.get(reverse("homes")).content.decode()
    assert "Résidences dont je m’occupe" in client.get(reverse("keeping")).content.decode()


def test_a_caretaker_confirms_prints_and_takes_down(home, client):
    neighbour("Ana", home)
    sign_in(client, caretaker(home).account)
    zoe, hidden = asks("Zoé", home), asks("Lou", home)
    introduce(membership=zoe, to="keepers")
    page = client.get(reverse("keeping")).content.decode()
    assert "Zoé Durand" in page and "Lou Durand" not in page
    assert client.post(reverse("keeper-answer", args=[hidden.alias.public_id])).status_code == 404
    answer = client.post(reverse("keeper-answer", args=[zoe.alias.public_id]), follow=True)
    assert "C’est confirmé" in answer.content.decode()
    zoe.refresh_from_db()
    assert zoe.entered_at is not None
    form = {"residence": home.key, "entrance": "Escalier A"}
    assert client.post(reverse("keeper-poster"), form)["Content-Type"] == "application/pdf"
    assert "Escalier A" in client.get(reverse("keeping")).content.decode()
    client.post(reverse("keeper-poster-down"), form)
    assert not Code.objects.usable().exists()
    client.post(reverse("keeper-answer", args=[zoe.alias.public_id]), {"withdraw": ""})
    zoe.refresh_from_db()
    assert zoe.entered_at is None


def test_a_caretaker_of_one_residence_does_nothing_in_another(home, client):
    sign_in(client, caretaker(home).account)
    other = building(2, 2)
    newcomer = asks("Zoé", other)
    introduce(membership=newcomer, to="keepers")
    assert client.post(reverse("keeper-answer", args=[newcomer.alias.public_id])).status_code == 404
    for name in ("keeper-poster", "keeper-poster-down", "keeper-lots"):
        assert client.post(reverse(name), {"residence": other.key, "entrance": "A"}).status_code == 404
    assert client.post(reverse("keeper-lots"), {"residence": home.key}).status_code == 404
    assert not Code.objects.exists()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"Nom;Lot\nDurand;12\n", "La liste a 2 lignes"),
        ("Nom,Lot\nDurand,12\n\n".encode("utf-8-sig"), "La liste a 2 lignes"),
        ("Œuvrard;1\nÉlan;2\n".encode("cp1252"), "La liste a 2 lignes"),
        (b"Durand\n", "Ligne 1"),
        (b"", "La liste a 0 ligne"),
        (bytes(range(256)), "pas un CSV"),
        (b"x" * 500_001, "moins de 500"),
    ],
)
def test_a_manager_gives_a_list_in_the_forms_that_spreadsheets_write(home, client, content, said):
    agent = manager(home)
    sign_in_by_two(client, agent)
    form = {"residence": home.key, "lots": SimpleUploadedFile("lots.csv", content)}
    answer = client.post(reverse("keeper-lots"), form, follow=True)
    assert said in re.sub(r"\s+", " ", answer.content.decode())


def sign_in_by_two(client, account) -> None:
    """Sign in with the second factor that managers need."""
    from allauth.mfa.models import Authenticator

    Authenticator.objects.create(user=account, type="totp", data={"secret": ""})
    account.is_staff = True
    sign_in(client, account)
