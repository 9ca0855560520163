"""Pages about who may write to a home: of those who act, of those who decide, of residents."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from scopes.models import Contest, Mandate, Organisation
from scopes.organisations.mandating import contest
from scopes.organisations.reshaped import doors_of
from tests.neighbours import DAY, asker, neighbour, person, sign_in
from tests.scopes.entering import address_of, building
from tests.scopes.mandates import SIRETS, asked, in_force, organisation, over_area
from tests.still import still_page

pytestmark = pytest.mark.django_db
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def home(toy_town):
    return building(3, 1)


@pytest.fixture
def agent(client):
    one = person("Gil")
    sign_in(client, one, two_factors=True)
    return one


def page(client, name, *args, form=None, follow=True) -> str:
    address = reverse(name, args=args)
    answer = client.get(address) if form is None else client.post(address, form, follow=follow)
    return still_page(answer)


class TestActing:
    def test_someone_proposes_an_organisation(self, client, agent):
        form = {"kind": "agent", "name": "Syndic des Bleuets", "contact": "02 40 00 00 00", "siret": SIRETS[0]}
        said = page(client, "organisations", form=form)
        assert "Nous vérifions" in said and "Syndic des Bleuets" in said
        assert "en cours de vérification" in page(client, "organisations")

    def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(self, client, agent):
        form = {"kind": "agent", "name": "Syndic des Bleuets", "contact": "02 40", "siret": "123"}
        answer = client.post(reverse("organisations"), form)
        said = answer.content.decode()
        assert answer.status_code == 400 and "Ce SIRET n’existe pas" in said and 'value="Syndic des Bleuets"' in said
        assert not Organisation.objects.exists()

    def test_a_shop_is_offered_no_mandate(self, client, agent):
        shop = organisation(agent, kind="merchant", name="Fournil SARL")
        assert "Demander un mandat" not in page(client, "organisation", shop.handle)
        agency = organisation(agent, siret=SIRETS[1])
        assert "Demander un mandat" in page(client, "organisation", agency.handle)

    def test_residences_are_looked_at_before_a_mandate_is_asked_for(self, client, agent, home):
        own = organisation(agent)
        ends_on = (timezone.localdate() + 300 * DAY).isoformat()
        form = {"addresses": f"{address_of(home)}\n\n", "ground": "Contrat du 3 mars 2026", "ends_on": ends_on}
        assert "1 immeuble trouvé" in page(client, "organisation", own.handle, form=form)
        assert not Mandate.objects.exists()
        said = page(client, "organisation", own.handle, form=form | {"confirmed": "yes"})
        assert "C’est demandé" in said and "Mandat demandé" in said
        assert list(Mandate.objects.get().residences.all()) == [home]

    @pytest.mark.parametrize(
        ("line", "why"), [("99 rue de Nulle Part, Villegrille", "inconnue"), ("Rue des Bleuets", "inconnue")]
    )
    def test_an_address_that_means_no_building_is_named(self, client, agent, home, line, why):
        own = organisation(agent)
        ends_on = (timezone.localdate() + 300 * DAY).isoformat()
        form = {"addresses": f"{address_of(home)}\n{line}", "ground": "Contrat", "ends_on": ends_on, "confirmed": "yes"}
        said = page(client, "organisation", own.handle, form=form)
        assert "Ligne 2" in said and why in said
        assert not Mandate.objects.exists()

    def test_a_mandate_is_given_up(self, client, agent, home):
        mandate = in_force(agent, [home])
        assert "Avis à partir du" in page(client, "organisation", mandate.organisation.handle)
        assert "Mandat terminé" in page(client, "end-mandate", mandate.handle, form={})

    def test_a_second_factor_is_asked_of_who_acts(self, client, home):
        agent = person("Gil")
        own = organisation(agent)
        client.force_login(agent)
        assert client.get(reverse("organisation", args=[own.handle]))["Location"] == reverse("mfa_index")

    @pytest.mark.privacy
    def test_anothers_organisation_and_mandate_are_like_none(self, client, agent, home):
        mandate = in_force(person("Other"), [home])
        for name, handle in (("organisation", mandate.organisation.handle), ("end-mandate", mandate.handle)):
            answers = [client.post(reverse(name, args=[one]), {}) for one in (handle, uuid4())]
            assert [answer.status_code for answer in answers] == [404, 404]
        mandate.refresh_from_db()
        assert mandate.ended_at is None

    @pytest.mark.privacy
    def test_nothing_tells_whether_anyone_is_connected(self, client, agent, home):
        """The page of a mandate is the same over a residence where nobody is and one where three are."""
        mandate = in_force(agent, [home])
        address = reverse("organisation", args=[mandate.organisation.handle])
        before = still_page(client.get(address))
        for name in ("Ana", "Béa", "Zoé"):
            contest(membership=neighbour(name, home), mandate=mandate, words="Inconnu ici")
        assert still_page(client.get(address)) == before


class TestDeciding:
    def test_staff_admit_grant_and_settle(self, client, home):
        agent, ana = person("Gil"), neighbour("Ana", home)
        sign_in(client, person("Sam", is_staff=True))
        own = organisation(agent)
        mandate = asked(agent, [home, building(2, 2)], own)
        assert "demande un mandat" in page(client, "mandates")
        assert "accordé" in page(client, "mandates", form={"deed": f"grant {mandate.handle}"})
        mandate.refresh_from_db()
        assert mandate.granted_at
        doubt = contest(membership=ana, mandate=mandate, words="Notre syndic est un autre")
        said = page(client, "mandates")
        assert "Notre syndic est un autre" in said and "Ana" not in said
        page(client, "mandates", form={"deed": f"settle {doubt.handle}", "without": home.key})
        assert mandate.mandated.count() == 1

    def test_every_residence_of_a_mandate_may_be_taken_out(self, client, home, monkeypatch):
        monkeypatch.setattr("scopes.home_pages.granting.MOST_SHOWN", 1)
        mandate = in_force(person("Gil"), [home, building(2, 2)])
        contest(membership=neighbour("Ana", home), mandate=mandate, words="Inconnu ici")
        sign_in(client, person("Sam", is_staff=True))
        said = page(client, "mandates")
        assert f'value="{home.key}"' in said and f'value="{building(2, 2).key}"' in said

    def test_a_mandate_over_an_area_that_is_doubted_is_ended(self, client, home):
        ana, gil = neighbour("Ana", home), person("Gil")
        mandate = over_area(gil, organisation(gil, kind="operator"), municipality=home.municipality)
        contest(membership=ana, mandate=mandate, words="Trop d’avis")
        sign_in(client, person("Sam", is_staff=True))
        button = f'value="stop {mandate.handle}"'
        assert button in page(client, "mandates")
        said = page(client, "mandates", form={"deed": f"stop {mandate.handle}"})
        mandate.refresh_from_db()
        assert mandate.ended_at and "Le mandat est terminé" in said and button not in said

    def test_who_acts_for_it_neither_reads_nor_settles_a_doubt(self, client, home):
        gil = person("Gil", is_staff=True)
        doubt = contest(membership=neighbour("Ana", home), mandate=in_force(gil, [home]), words="Inconnu ici")
        sign_in(client, gil, two_factors=True)
        assert "Inconnu ici" not in page(client, "mandates")
        page(client, "mandates", form={"deed": f"settle {doubt.handle}"})
        doubt.refresh_from_db()
        assert doubt.settled_at is None

    def test_an_organisation_is_refused_and_a_mandate_too(self, client, home):
        agent = person("Gil")
        sign_in(client, person("Sam", is_staff=True))
        own = organisation(agent)
        mandate = asked(agent, [home], own)
        page(client, "mandates", form={"deed": f"refuse {mandate.handle}", "why": "Pas de contrat"})
        mandate.refresh_from_db()
        assert (mandate.ended_why, mandate.granted_at) == ("Pas de contrat", None)
        page(client, "mandates", form={"deed": f"end {own.handle}"})
        own.refresh_from_db()
        assert own.ended_at

    @pytest.mark.parametrize("deed", ["", "grant", "grant x", f"grant {NOBODY}", f"dance {NOBODY}"])
    def test_a_forged_deed_is_no_deed(self, client, db, deed):
        sign_in(client, person("Sam", is_staff=True))
        assert client.post(reverse("mandates"), {"deed": deed}).status_code == 404

    def test_for_others_the_page_does_not_exist(self, client, agent, home):
        assert client.get(reverse("mandates")).status_code == 404


class TestResidents:
    def test_a_resident_sees_who_may_write_and_contests(self, client, home):
        ana = neighbour("Ana", home)
        mandate = in_force(person("Gil"), [home])
        sign_in(client, ana.account)
        said = page(client, "home-mandates", ana.handle)
        assert (
            "Syndic des Bleuets" in said
            and "Contrat de 2026" in said
            and "02 40 00 00 00" in said
            and "Gil" not in said
        )
        form = {"mandate": mandate.handle, "words": "Notre syndic est un autre"}
        assert "nous vérifions" in page(client, "home-mandates", ana.handle, form=form)
        assert Contest.objects.get().words == "Notre syndic est un autre"

    def test_many_are_told_with_as_many_questions_as_one(self, client, home):
        ana = neighbour("Ana", home)
        sign_in(client, ana.account)
        door, asked_of_it = sorted(doors_of([home])[home.pk])[:1], []
        page(client, "home-mandates", ana.handle)
        for number, siret in enumerate(SIRETS[:3]):
            agent = person(f"Gil{number}")
            mandate = in_force(agent, [home], organisation(agent, siret=siret, name=f"Agence {number}"))
            mandate.mandated.update(entrances=door)
            with CaptureQueriesContext(connection) as asked:
                said = page(client, "home-mandates", ana.handle)
            assert said.count("Agence ") == number + 1
            asked_of_it.append([query["sql"] for query in asked])
        assert len(asked_of_it[0]) == len(asked_of_it[-1]), asked_of_it[-1]

    def test_nobody_may_write_yet(self, client, home):
        ana = neighbour("Ana", home)
        asked(person("Gil"), [home])
        sign_in(client, ana.account)
        assert "Aucun organisme" in page(client, "home-mandates", ana.handle)

    @pytest.mark.privacy
    def test_who_has_proved_nothing_learns_nothing(self, client, home):
        in_force(person("Gil"), [home])
        eve = asker("Eve", home)
        sign_in(client, eve.account)
        for handle in (eve.handle, neighbour("Ana", home).handle, uuid4()):
            assert client.get(reverse("home-mandates", args=[handle])).status_code == 404

    def test_a_mandate_on_another_residence_is_like_none(self, client, home):
        ana, elsewhere = neighbour("Ana", home), in_force(person("Gil"), [building(2, 2)])
        sign_in(client, ana.account)
        for handle in (elsewhere.handle, uuid4()):
            answer = client.post(reverse("home-mandates", args=[ana.handle]), {"mandate": handle, "words": "Inconnu"})
            assert answer.status_code == 404
