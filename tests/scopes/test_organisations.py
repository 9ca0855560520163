"""Who may write to a home: organisations are admitted, mandates granted, residents told, and doubts settled."""

from datetime import timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InvalidParameter
from geo.models import Residence
from scopes.errors import Refused
from scopes.models import Acting, Contest, Mandate, MassMessage, MessageCopy, Organisation, OutgoingMail
from scopes.organisations.mandating import ask, contest, dwellings_under, end, grant, settle, who_may_write_to
from scopes.organisations.proposing import acting_for, admit, propose
from scopes.organisations.proposing import end as end_organisation
from scopes.organisations.telling import left_untold, tell_of_mandate
from scopes.rights.erasing import erase
from scopes.rights.exporting import told
from tests.directory.around import box, make_town
from tests.neighbours import DAY, asker, neighbour, person
from tests.scopes.entering import building, later
from tests.scopes.mandates import SIRETS, asked, in_force, organisation, staff

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture
def home(toy_town):
    return building(3, 1)


def proposal(**columns) -> dict:
    return {"kind": "agent", "name": "Syndic", "contact": "02 40 00 00 00", "siret": SIRETS[0], **columns}


class TestOrganisations:
    def test_who_proposes_is_responsible_and_nobody_else(self, db):
        agent = person("Gil")
        own = propose(account=agent, **proposal())
        assert acting_for(agent) == [own] and acting_for(person("Zoé")) == []
        assert Acting.objects.get().role == Acting.Role.RESPONSIBLE
        assert own.admitted_at is None

    @pytest.mark.parametrize("siret", SIRETS)
    def test_a_siret_is_written_as_people_do(self, db, siret):
        spaced = f"{siret[:3]} {siret[3:6]} {siret[6:9]} {siret[9:]}"
        assert propose(account=person("Gil"), **proposal(siret=spaced)).siret == siret

    @pytest.mark.parametrize(
        ("field", "columns"),
        [
            ("kind", {"kind": "king"}),
            ("name", {"name": " "}),
            ("name", {"name": "x" * 121}),
            ("contact", {"contact": ""}),
            ("siret", {"siret": ""}),
            ("siret", {"siret": "55204944776278"}),
            ("siret", {"siret": "552049447"}),
            ("siret", {"siret": "pas un numéro"}),
            ("rna", {"kind": "association", "rna": "W44"}),
            ("rna", {"kind": "agent", "rna": "W442001234"}),
            ("commune", {"kind": "municipality", "siret": ""}),
            ("commune", {"kind": "municipality", "siret": "", "commune": "Nulle-Part-sur-Rien"}),
        ],
    )
    def test_what_is_not_valid_is_named_and_nothing_is_written(self, db, field, columns):
        with pytest.raises(InvalidParameter) as refused:
            propose(account=person("Gil"), **proposal(**columns))
        assert refused.value.parameter == field
        assert not Organisation.objects.exists()

    @pytest.mark.parametrize("rna", ["W442001234", "w9t1002867", "W 44 2001234"])
    def test_an_association_and_a_town_hall_need_no_siret(self, db, rna):
        own = propose(account=person("Ana"), **proposal(kind="association", siret="", rna=rna))
        assert own.rna == "".join(rna.split()).upper()
        make_town("Enfilade", "44109", box(0, 0, 100, 100))
        hall = propose(account=person("Mairie"), **proposal(kind="municipality", siret="", commune="44109"))
        assert hall.siret == "" and hall.municipality.name == "Enfilade"

    @given(st.text(alphabet="0123456789", min_size=14, max_size=14))
    def test_a_number_whose_key_is_wrong_is_never_taken(self, number):
        def luhn(digits: str) -> int:
            doubled = [int(d) * (1 + index % 2) for index, d in enumerate(reversed(digits))]
            return sum(d - 9 if d > 9 else d for d in doubled) % 10

        if luhn(number) and not number.startswith("356000000"):
            with pytest.raises(InvalidParameter):
                propose(account=person("Gil"), **proposal(siret=number))

    def test_three_wait_at_most(self, db):
        agent = person("Gil")
        for _ in range(3):
            propose(account=agent, **proposal())
        with pytest.raises(InvalidParameter):
            propose(account=agent, **proposal())

    def test_only_staff_admit_and_one_number_is_one_organisation(self, db):
        first, second = (propose(account=person("Gil"), **proposal()) for _ in range(2))
        with pytest.raises(Refused):
            admit(staff=person("Eve"), organisation=first)
        assert admit(staff=staff(), organisation=first).admitted_at
        with pytest.raises(Refused):
            admit(staff=staff(), organisation=second)
        end_organisation(staff=staff(), organisation=first)
        assert admit(staff=staff(), organisation=second).admitted_at

    def test_one_that_is_ended_acts_no_more(self, home):
        agent = person("Gil")
        mandate = in_force(agent, [home])
        with pytest.raises(Refused):
            end_organisation(staff=agent, organisation=mandate.organisation)
        end_organisation(staff=staff(), organisation=mandate.organisation)
        assert acting_for(agent) == [] and not Mandate.objects.announced().exists()
        with pytest.raises(Refused):
            admit(staff=staff(), organisation=mandate.organisation)


class TestMandates:
    def test_residents_whose_telling_failed_are_told_later(self, home):
        mandate = grant(staff=staff(), mandate=asked(person("Gil"), [home]))
        assert not left_untold()
        with later(timedelta(hours=4)):
            assert list(left_untold()) == [mandate]
            tell_of_mandate(mandate.pk)
            assert not left_untold()

    def test_it_is_asked_granted_told_and_a_week_later_in_force(self, home):
        agent, ana = person("Gil"), neighbour("Ana", home)
        mandate = asked(agent, [home, home])
        assert not who_may_write_to(home.pk).exists() and mandate.mandated.count() == 1
        grant(staff=staff(), mandate=mandate)
        tell_of_mandate(mandate.pk)
        assert list(who_may_write_to(home.pk)) == [mandate]
        assert not Mandate.objects.in_force().exists()
        with later(7 * DAY):
            assert Mandate.objects.in_force().get() == mandate
        copy = MessageCopy.objects.get()
        assert copy.account == ana.account and mandate.organisation.name in str(copy.message.words)
        assert str(home) not in str(copy.message.words)

    def test_residents_are_told_once_and_those_who_asked_only_are_not(self, home):
        neighbour("Ana", home), asker("Eve", home)
        two = neighbour("Béa", home)
        neighbour("Béa", building(2, 2), account=two.account)
        mandate = grant(staff=staff(), mandate=asked(person("Gil"), [home, building(2, 2)]))
        for copies in (2, 2):
            tell_of_mandate(mandate.pk)
            assert MessageCopy.objects.count() == copies

    def test_nobody_is_told_of_what_was_not_granted(self, home):
        neighbour("Ana", home)
        tell_of_mandate(asked(person("Gil"), [home]).pk)
        assert not MassMessage.objects.exists()

    def test_what_is_over_before_it_is_granted_is_told_to_nobody(self, home):
        mandate = asked(person("Gil"), [home])
        with later(timedelta(days=366)), pytest.raises(Refused, match="passé"):
            grant(staff=staff(), mandate=mandate)
        mandate.refresh_from_db()
        assert mandate.granted_at is None

    def test_it_ends_by_itself_and_by_hand(self, home):
        agent = person("Gil")
        mandate = in_force(agent, [home])
        with later(mandate.ends_on - TODAY + timedelta(days=1)):
            assert not Mandate.objects.in_force().exists()
        with pytest.raises(Refused):
            end(by=person("Eve"), mandate=mandate)
        end(by=agent, mandate=mandate)
        assert not Mandate.objects.in_force().exists() and not who_may_write_to(home.pk).exists()

    def test_only_the_responsible_ask_and_only_others_of_the_staff_grant(self, home):
        agent = person("Gil")
        own = organisation(agent)
        with pytest.raises(Refused):
            asked(person("Eve"), [home], own)
        mandate = asked(agent, [home], own)
        with pytest.raises(Refused):
            grant(staff=agent, mandate=mandate)
        both = person("Both", is_staff=True)
        Acting.objects.create(account=both, organisation=own, role=Acting.Role.WRITER)
        with pytest.raises(Refused):
            grant(staff=both, mandate=mandate)
        assert Mandate.objects.asked().get() == mandate

    def test_nothing_is_granted_before_the_organisation_was_admitted(self, home):
        agent = person("Gil")
        mandate = asked(agent, [home], propose(account=agent, **proposal()))
        with pytest.raises(Refused):
            grant(staff=staff(), mandate=mandate)

    @pytest.mark.parametrize(
        ("field", "columns"),
        [
            ("ground", {"ground": "  "}),
            ("ends_on", {"ends_on": TODAY}),
            ("ends_on", {"ends_on": TODAY + timedelta(days=4 * 366)}),
            ("residences", {"residences": []}),
        ],
    )
    def test_what_is_not_valid_is_named(self, home, field, columns):
        agent = person("Gil")
        given = {"residences": [home], "ground": "Contrat", "ends_on": TODAY + timedelta(days=30)} | columns
        with pytest.raises(InvalidParameter) as refused:
            ask(account=agent, organisation=organisation(agent), **given)
        assert refused.value.parameter == field

    def test_houses_and_what_is_no_more_have_no_mandate(self, home):
        agent = person("Gil")
        house = Residence.objects.open().filter(dwellings__lt=3, houses_of=None).first()
        houses = Residence.objects.open().exclude(houses_of=None).first()
        Residence.objects.filter(pk=building(2, 2).pk).update(closed_on=TODAY)
        own = organisation(agent)
        for one in (house, houses or house, Residence.objects.get(closed_on=TODAY)):
            with pytest.raises(InvalidParameter):
                asked(agent, [home, one], own)

    def test_homes_are_counted_from_public_data(self, home):
        neighbour("Ana", home)
        mandate = asked(person("Gil"), [home, building(2, 2)])
        assert dwellings_under([mandate]) == {mandate.pk: home.dwellings + building(2, 2).dwellings}


class TestDoubts:
    def test_a_resident_contests_and_the_residence_is_taken_out(self, home):
        mandate, ana = in_force(person("Gil"), [home, building(2, 2)]), neighbour("Ana", home)
        doubt = contest(membership=ana, mandate=mandate, words="Notre syndic est un autre")
        assert contest(membership=ana, mandate=mandate, words="Un autre depuis mars") == doubt
        with pytest.raises(Refused):
            settle(staff=ana.account, contest=doubt)
        settle(staff=staff(), contest=doubt, without=home)
        assert not who_may_write_to(home.pk).exists() and who_may_write_to(building(2, 2).pk).exists()

    def test_without_any_residence_left_a_mandate_is_over(self, home):
        mandate, ana = in_force(person("Gil"), [home]), neighbour("Ana", home)
        settle(staff=staff(), contest=contest(membership=ana, mandate=mandate, words="Inconnu ici"), without=home)
        mandate.refresh_from_db()
        assert mandate.ended_at and mandate.ended_why == "après vérification", "that anyone lives there is not told"

    def test_the_end_of_the_organisation_settles_them(self, home):
        mandate = in_force(person("Gil"), [home])
        contest(membership=neighbour("Ana", home), mandate=mandate, words="Inconnu ici")
        end_organisation(staff=staff(), organisation=mandate.organisation)
        assert not Contest.objects.filter(settled_at=None).exists()

    def test_what_two_doubted_is_taken_out_and_told_once(self, home):
        mandate = in_force(person("Gil"), [home, building(2, 2)])
        for name in ("Ana", "Zoé"):
            contest(membership=neighbour(name, home), mandate=mandate, words="Inconnu ici")
        for doubt in Contest.objects.all():
            settle(staff=staff(), contest=doubt, without=home)
        assert OutgoingMail.objects.filter(template="mandate_over").count() == 1

    def test_or_the_mandate_stands(self, home):
        mandate, ana = in_force(person("Gil"), [home]), neighbour("Ana", home)
        doubt = contest(membership=ana, mandate=mandate, words="Inconnu ici")
        assert settle(staff=staff(), contest=doubt).settled_at and Mandate.objects.in_force().exists()
        assert contest(membership=ana, mandate=mandate, words="Toujours inconnu") != doubt

    def test_who_does_not_live_there_contests_nothing(self, home):
        mandate = in_force(person("Gil"), [home])
        for stranger in (neighbour("Zoé", building(2, 2)), asker("Eve", home)):
            with pytest.raises(Refused):
                contest(membership=stranger, mandate=mandate, words="Inconnu ici")
        end(by=staff(), mandate=mandate)
        with pytest.raises(Refused):
            contest(membership=neighbour("Ana", home), mandate=mandate, words="Inconnu ici")
        assert not Contest.objects.exists()

    def test_a_doubt_says_something(self, home):
        with pytest.raises(InvalidParameter):
            contest(membership=neighbour("Ana", home), mandate=in_force(person("Gil"), [home]), words=" ")


def test_export_and_erasure_know_of_them(home):
    agent, ana = person("Gil"), neighbour("Ana", home)
    mandate = in_force(agent, [home])
    contest(membership=ana, mandate=mandate, words="Inconnu ici")
    assert len(told(agent)["organismes pour lesquels vous agissez"]) == 1
    assert told(ana.account)["doutes sur un organisme qui peut vous écrire"][0]["words"] == "Inconnu ici"
    erase(account=agent), erase(account=ana.account)
    mandate.refresh_from_db()
    assert mandate.asked_by is None and not Contest.objects.exists()
    with pytest.raises(ObjectDoesNotExist):
        Acting.objects.get()
