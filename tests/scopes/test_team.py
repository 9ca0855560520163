"""Who acts for an organisation: invited by a code, removed, made responsible; told to its own people alone."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.urls import reverse

from geo.errors import InvalidParameter
from scopes.errors import CodeRefused, Refused, TooManyAttempts
from scopes.models import Account, Acting, Code, Organisation
from scopes.organisations import people
from scopes.organisations.acting import acts_for
from scopes.organisations.proposing import propose
from scopes.outgoing_mail import OutgoingMail
from scopes.printing import code_page
from scopes.proofs.entering import use_code
from scopes.rights.erasing import erase
from tests.jobs import run_jobs
from tests.neighbours import person, sign_in
from tests.scopes.entering import later
from tests.scopes.mandates import SIRETS, organisation
from tests.still import still_page

pytestmark = pytest.mark.django_db
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def gil():
    return person("Gil", "Syndic")


@pytest.fixture
def own(gil):
    return organisation(gil)


def writer(gil, own, name: str = "Léa") -> Acting:
    """Someone who came by an invitation."""
    one = person(name)
    people.join(account=one, text=people.invite(account=gil, organisation=own))
    return Acting.objects.get(account=one)


class TestInviting:
    def test_a_code_lets_one_person_write(self, gil, own):
        text = people.invite(account=gil, organisation=own)
        lea, eve = person("Léa"), person("Eve")
        assert people.join(account=lea, text=text.lower()) == own
        assert acts_for(lea, own) and not acts_for(lea, own, responsible=True)
        with pytest.raises(CodeRefused):
            people.join(account=eve, text=text)

    def test_it_is_kept_as_a_keyed_hash_and_over_in_a_week(self, gil, own):
        text = people.invite(account=gil, organisation=own)
        assert text.replace("-", "") not in str(Code.objects.values().get())
        with later(timedelta(days=8)), pytest.raises(CodeRefused):
            people.join(account=person("Léa"), text=text)

    def test_by_mail_it_is_shown_to_nobody_here(self, gil, own):
        assert people.invite(account=gil, organisation=own, email="lea@example.org") == ""
        run_jobs()
        (sent,) = mail.outbox
        text = next(line.strip() for line in sent.body.splitlines() if line.startswith("    "))
        assert sent.to == ["lea@example.org"] and own.name in sent.subject
        assert people.join(account=person("Léa"), text=text) == own

    def test_it_is_no_code_of_a_home_and_a_wrong_one_is_counted(self, gil, own):
        lea = person("Léa")
        with pytest.raises(CodeRefused):
            use_code(account=lea, text=people.invite(account=gil, organisation=own), role="tenant")
        for _ in range(9):
            with pytest.raises(CodeRefused):
                people.join(account=lea, text="wrong")
        with pytest.raises(TooManyAttempts):
            people.join(account=lea, text="wrong")

    def test_so_many_wait_and_no_more(self, gil, own):
        for _ in range(10):
            people.invite(account=gil, organisation=own)
        with pytest.raises(InvalidParameter):
            people.invite(account=gil, organisation=own)

    def test_who_acts_already_uses_nothing_up(self, gil, own):
        text = people.invite(account=gil, organisation=own)
        people.join(account=gil, text=text)
        assert Acting.objects.count() == 1 and Code.objects.usable().exists()

    def test_an_organisation_that_is_over_takes_nobody_in(self, gil, own):
        text = people.invite(account=gil, organisation=own)
        people.close(account=gil, organisation=own)
        with pytest.raises(CodeRefused):
            people.join(account=person("Léa"), text=text)

    def test_before_it_is_admitted_nothing_is_mailed(self, gil):
        """Anyone proposes any name: strangers would get it in the subject of a mail."""
        own = propose(account=gil, kind="merchant", name="Gagnez sur casino.example", siret=SIRETS[1], contact="06 00")
        with pytest.raises(InvalidParameter):
            people.invite(account=gil, organisation=own, email="lea@example.org")
        assert not OutgoingMail.objects.exists() and people.invite(account=gil, organisation=own)

    @pytest.mark.parametrize("by_oneself", [True, False])
    def test_who_is_gone_does_not_come_back_by_an_invitation_kept(self, gil, own, by_oneself):
        kept = people.invite(account=gil, organisation=own)
        lea = writer(gil, own)
        people.hand_over(account=gil, acting=lea)
        if by_oneself:
            people.leave(account=gil, organisation=own)
        else:
            people.remove(account=lea.account, acting=Acting.objects.get(account=gil))
        with pytest.raises(CodeRefused):
            people.join(account=gil, text=kept)
        assert not acts_for(gil, own)


class TestRoles:
    def test_a_writer_does_none_of_the_responsibles_deeds(self, gil, own):
        lea, zoe = writer(gil, own), writer(gil, own, "Zoé")
        for deed in (
            lambda: people.invite(account=lea.account, organisation=own),
            lambda: people.remove(account=lea.account, acting=zoe),
            lambda: people.hand_over(account=lea.account, acting=zoe),
            lambda: people.close(account=lea.account, organisation=own),
        ):
            with pytest.raises(Refused):
                deed()

    def test_the_responsible_removes_a_writer(self, gil, own):
        lea = writer(gil, own)
        people.remove(account=gil, acting=lea)
        assert not acts_for(lea.account, own)
        with pytest.raises(Refused):
            people.remove(account=gil, acting=lea)

    def test_the_last_responsible_hands_over_before_leaving(self, gil, own):
        lea = writer(gil, own)
        with pytest.raises(Refused, match="dernier responsable"):
            people.leave(account=gil, organisation=own)
        people.hand_over(account=gil, acting=lea)
        assert acts_for(lea.account, own, responsible=True) and not acts_for(gil, own, responsible=True)
        people.leave(account=gil, organisation=own)
        assert not acts_for(gil, own)
        with pytest.raises(Refused):
            people.leave(account=gil, organisation=own)

    def test_nobody_of_another_organisation_is_touched(self, gil, own):
        other = person("Other")
        organisation(other, name="Autre", siret=SIRETS[1])
        theirs = Acting.objects.get(account=other)
        for deed in (people.remove, people.hand_over):
            with pytest.raises(Refused):
                deed(account=gil, acting=theirs)

    def test_ended_by_its_responsible(self, gil, own):
        lea = writer(gil, own)
        assert people.close(account=gil, organisation=own).ended_at
        assert not acts_for(lea.account, own) and not acts_for(gil, own)

    def test_who_is_erased_leaves_it_to_the_longest_there(self, gil, own):
        lea, zoe = writer(gil, own), writer(gil, own, "Zoé")
        erase(account=gil)
        assert acts_for(lea.account, own, responsible=True) and not acts_for(zoe.account, own, responsible=True)
        erase(account=lea.account)
        erase(account=zoe.account)
        assert Organisation.objects.get(pk=own.pk).ended_at

    def test_not_to_who_may_not_sign_in_and_no_invitation_is_left(self, gil, own):
        kept = people.invite(account=gil, organisation=own)
        lea, zoe = writer(gil, own), writer(gil, own, "Zoé")
        Account.objects.filter(pk=lea.account_id).update(is_active=False)
        erase(account=gil)
        assert acts_for(zoe.account, own, responsible=True)
        with pytest.raises(CodeRefused):
            people.join(account=person("Gil"), text=kept)


class TestPages:
    @pytest.fixture(autouse=True)
    def signed_in(self, client, gil):
        sign_in(client, gil, two_factors=True)

    def page(self, client, name, *args, form=None, status=200) -> str:
        address = reverse(name, args=args)
        answer = client.get(address) if form is None else client.post(address, form, follow=True)
        assert answer.status_code == status
        return still_page(answer)

    def test_a_code_is_shown_once_and_opens(self, client, own):
        said = self.page(client, "team", own.handle, form={"deed": "invite", "email": ""})
        assert "Le code à remettre" in said and "Gil Syndic" in said
        assert code_page("join-organisation") in said, "whoever holds the code types the address in"
        text = said.split('class="code">')[1].split("<")[0]
        assert text not in self.page(client, "team", own.handle)
        lea = person("Léa", "Martin")
        sign_in(client, lea, two_factors=True)
        said = self.page(client, "join-organisation", form={"code": text})
        assert f"Vous écrivez maintenant pour {own.name}" in said
        said = self.page(client, "team", own.handle)
        assert "Gil Syndic" in said and "Inviter" not in said

    def test_remove_hand_over_leave(self, client, gil, own):
        lea, zoe = writer(gil, own), writer(gil, own, "Zoé")
        self.page(client, "team", own.handle, form={"deed": f"remove {zoe.handle}"})
        assert "dernier responsable" in self.page(client, "team", own.handle, form={"deed": "leave"})
        assert "C’est confié" in self.page(client, "team", own.handle, form={"deed": f"hand-over {lea.handle}"})
        assert "n’agissez plus" in self.page(client, "team", own.handle, form={"deed": "leave"})
        assert [one.account for one in people.people_of(own)] == [lea.account]

    @pytest.mark.parametrize("deed", ["dance", "", "remove", "remove x", f"hand-over {NOBODY}"])
    def test_a_forged_deed_is_none(self, client, own, deed):
        self.page(client, "team", own.handle, form={"deed": deed}, status=404)

    def test_a_wrong_mail_address_is_said_at_the_field(self, client, own):
        said = self.page(client, "team", own.handle, form={"deed": "invite", "email": "chez moi"}, status=400)
        assert "id_email_error" in said and not Code.objects.exists()

    @pytest.mark.privacy
    def test_for_others_there_is_nothing_to_read(self, client, own):
        sign_in(client, person("Eve"), two_factors=True)
        for handle in (own.handle, uuid4()):
            self.page(client, "team", handle, status=404)
        sign_in(client, person("Sam", is_staff=True))
        self.page(client, "team", own.handle, status=404)
        assert "Gil" not in self.page(client, "mandates")

    def test_a_wrong_code_is_said_at_the_field(self, client, own):
        assert "Ce code n’ouvre rien" in self.page(client, "join-organisation", form={"code": "nope"}, status=400)

    def test_who_has_no_second_factor_is_led_there_and_back(self, client, own):
        client.force_login(person("Léa"))
        assert "second facteur" in self.page(client, "join-organisation")
        address = reverse("team", args=[own.handle])
        assert client.get(address)["Location"] == reverse("mfa_index")
        assert client.session["after_second_factor"] == address
        client.logout()
        assert "Entrez d’abord" in self.page(client, "join-organisation")
