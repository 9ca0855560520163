"""The mandate of a managing agent carries the right to keep its residences, and takes it along when it ends."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from scopes.errors import Refused
from scopes.home_pages.organisations import shown as described
from scopes.introducing import introduce
from scopes.managing import carry, end_management, grant_management
from scopes.models import Management, Mandate, Membership
from scopes.organisations import people, proposing
from scopes.organisations.mandating import ask, end, grant
from scopes.organisations.telling import tell_of_mandate
from scopes.powers import management_of, residences_kept_by, residences_let_by, tenants_management_of
from scopes.proofs.confirmation import confirm
from scopes.reshaping import ask_for_change
from tests.neighbours import asker, neighbour, person, sign_in
from tests.scopes.entering import address_of, building, later
from tests.scopes.mandates import SIRETS, asked, in_force, organisation, staff, town_hall
from tests.still import still_page

pytestmark = pytest.mark.django_db
Role = Membership.Role


@pytest.fixture
def home(toy_town):
    return building(3, 1)


@pytest.fixture
def gil():
    return person("Gil")


def keeps(account, home) -> bool:
    return residences_kept_by(account) == [home] and management_of(account, home.pk) is not None


class TestAgents:
    def test_a_mandate_in_force_carries_it_and_not_a_day_before(self, gil, home):
        mandate = grant(staff=staff(), mandate=asked(gil, [home]))
        tell_of_mandate(mandate.pk)
        assert not keeps(gil, home)
        with later(timedelta(days=8)):
            assert keeps(gil, home)
        with later(timedelta(days=400)):
            assert not keeps(gil, home)

    def test_it_ends_with_the_mandate_and_what_hangs_on_it_too(self, gil, home):
        mandate, _first = in_force(gil, [home]), neighbour("Ana", home)
        karim = asker("Karim", home, role="caretaker")
        confirm(keeper=gil, newcomer=karim)
        Membership.objects.filter(pk=karim.pk).update(
            entered_at=timezone.now() - timedelta(days=30), provisional_until=timezone.now() - timedelta(days=23)
        )
        assert residences_kept_by(karim.account, Role.CARETAKER) == [home]
        end(by=gil, mandate=mandate)
        assert not keeps(gil, home) and residences_kept_by(karim.account, Role.CARETAKER) == []
        with pytest.raises(Refused):
            confirm(keeper=gil, newcomer=asker("Ugo", home))

    def test_a_residence_taken_out_of_it_is_kept_no_more(self, gil, home):
        mandate = in_force(gil, [home, building(2, 2)])
        mandate.mandated.filter(residence=home).delete()
        assert residences_kept_by(gil) == [building(2, 2)]

    def test_entrances_alone_carry_nothing(self, gil, home):
        own = organisation(gil)
        terms = {"ground": "Contrat", "ends_on": timezone.localdate() + timedelta(days=300)}
        with later(-timedelta(days=8)):
            mandate = ask(
                **{"account": gil, "organisation": own, "residences": [home], **terms},
                entrances={home.pk: [address_of(home).key]},
            )
            tell_of_mandate(grant(staff=staff(), mandate=mandate).pk)
        assert residences_kept_by(gil) == []

    def test_who_is_responsible_next_keeps_them_and_a_writer_never(self, gil, home):
        mandate = in_force(gil, [home])
        lea = person("Léa")
        people.join(account=lea, text=people.invite(account=gil, organisation=mandate.organisation))
        assert not keeps(lea, home)
        people.hand_over(account=gil, acting=lea.actings.get())
        assert keeps(lea, home) and not keeps(gil, home)

    def test_what_the_staff_granted_is_not_doubled_nor_ended(self, gil, home):
        granted = grant_management(staff=staff(), account=gil, residence=home)
        mandate = in_force(gil, [home])
        assert Management.objects.count() == 1
        end(by=gil, mandate=mandate)
        assert keeps(gil, home)
        end_management(by=gil, management=granted)
        assert not keeps(gil, home)

    def test_carried_twice_it_is_carried_once(self, gil, home):
        mandate = in_force(gil, [home])
        carry(mandate)
        assert Management.objects.count() == 1

    def test_an_operator_and_a_town_keep_no_residence(self, gil, home, toy_town):
        in_force(gil, [home], organisation(gil, kind="operator"))
        mayor = person("Maire")
        in_force(mayor, [home], town_hall(mayor, toy_town.municipality))
        assert residences_kept_by(gil) == [] and residences_kept_by(mayor) == []
        assert not Management.objects.exists()

    def test_what_is_merged_stays_in_the_mandate_that_named_all_of_it(self, gil, toy_town):
        one, other = building(3, 1), building(2, 2)
        mandate = in_force(gil, [one, other])
        change = ask_for_change(account=gil, kind="merge", residences=[one, other], words="Les deux")
        assert change.done
        (kept,) = [home for home in residences_kept_by(gil) if home.closed_on is None]
        assert mandate.mandated.filter(residence=kept).exists()
        said = described(mandate)
        assert (said["extent"], said["homes"], said["residences"]) == ("1 immeuble", kept.dwellings, ["Les deux"])
        end(by=gil, mandate=mandate)
        assert residences_kept_by(gil) == []

    def test_its_pages_open_and_close_with_it(self, client, gil, home):
        mandate = in_force(gil, [home])
        sign_in(client, gil, two_factors=True)
        assert client.get(reverse("keeping")).status_code == 200
        assert client.post(reverse("keeper-poster"), {"residence": home.key, "entrance": "A"}).status_code == 200
        end(by=gil, mandate=mandate)
        assert client.get(reverse("keeping")).status_code == 404
        assert client.post(reverse("keeper-poster"), {"residence": home.key, "entrance": "B"}).status_code == 404

    def test_a_second_factor_is_asked(self, client, gil, home):
        in_force(gil, [home])
        client.force_login(gil)
        assert client.get(reverse("keeping"))["Location"] == reverse("mfa_index")

    @pytest.mark.privacy
    def test_no_manager_learns_who_is_connected(self, client, gil, home):
        in_force(gil, [home])
        sign_in(client, gil, two_factors=True)
        before = still_page(client.get(reverse("keeping")))
        for name in ("Ana", "Béa"):
            neighbour(name, home)
        assert still_page(client.get(reverse("keeping"))) == before


class TestLandlords:
    @pytest.fixture
    def landlord(self):
        return person("Hal")

    def let(self, account, home, number: int = 0) -> Mandate:
        own = organisation(account, kind="landlord", name=f"Habitat {number}", siret=SIRETS[number])
        return in_force(account, [home], own)

    def test_a_landlord_alone_confirms_tenants_who_asked_and_does_nothing_else(self, client, landlord, home):
        self.let(landlord, home)
        neighbour("Ana", home)
        tenant, owner, silent = asker("Tia", home), asker("Omar", home, role="owner"), asker("Sil", home)
        for one in (tenant, owner):
            introduce(membership=one, to="keepers")
        assert residences_let_by(landlord) == [home] and residences_kept_by(landlord) == []
        sign_in(client, landlord, two_factors=True)
        said = still_page(client.get(reverse("keeping")))
        assert "Tia Durand" in said and "Omar" not in said and "Sil" not in said and "Affiche du hall" not in said
        for one in (owner, silent):
            assert client.post(reverse("keeper-answer", args=[one.alias.public_id])).status_code == 404
        client.post(reverse("keeper-answer", args=[tenant.alias.public_id]))
        tenant.refresh_from_db()
        assert tenant.entered_at
        for name in ("keeper-poster", "keeper-lots"):
            form = {"residence": home.key, "entrance": "A"}
            assert client.post(reverse(name), form).status_code == 404
        handle = Management.objects.get().handle
        assert client.get(reverse("managed-residence", args=[handle])).status_code == 404

    @pytest.mark.privacy
    def test_beside_an_agent_or_another_landlord_it_confirms_nobody(self, landlord, gil, home):
        """In a mixed co-ownership it would read the names of others' tenants."""
        self.let(landlord, home)
        assert tenants_management_of(landlord, home.pk)
        mandate = in_force(gil, [home], organisation(gil, siret=SIRETS[2]))
        assert tenants_management_of(landlord, home.pk) is None
        with pytest.raises(Refused):
            confirm(keeper=landlord, newcomer=asker("Tia", home))
        proposing.end(staff=staff(), organisation=mandate.organisation)
        assert tenants_management_of(landlord, home.pk)
        self.let(person("Han"), home, 3)
        assert tenants_management_of(landlord, home.pk) is None

    def test_a_landlord_confirms_no_caretaker(self, landlord, home):
        self.let(landlord, home)
        with pytest.raises(Refused):
            confirm(keeper=landlord, newcomer=asker("Karim", home, role="caretaker"))
