"""The list of a town hall: met and invited by a code, agreed to, for a year, left or ended at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from directory import introducing, volunteering
from directory.models import Help, Trusted, Volunteer
from directory.tasks import forget_ended_helps
from geo.errors import InvalidParameter, NotFound
from scopes.errors import CodeRefused, Refused, TooManyAttempts
from scopes.models import Acting, Mandate, OutgoingMail
from scopes.organisations.people import close
from scopes.viewing import viewer_of
from tests.directory.helping import TITLE, asks_for_help, helps_of, trusts
from tests.directory.introduced import introduced, invited, joins, listed, next_monday, proposes, town_hall, wants
from tests.neighbours import neighbour, person
from tests.scopes.entering import later
from tests.scopes.mandates import organisation
from tests.scopes.village import make_village

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]


@pytest.fixture(scope="module")
def kept(whole_module) -> tuple:
    """The village and its town hall, made once for the module."""
    village = make_village()
    return village, town_hall(village.town)


@pytest.fixture
def village(kept, db):
    return kept[0]


@pytest.fixture
def town(kept, db):
    return kept[1]


@pytest.fixture
def anna(db):
    return person("Anna")


@pytest.fixture
def jeanne(village):
    return neighbour("Jeanne", village.residences["A"])


def removes(mayor, hall, volunteer) -> None:
    volunteering.remove(account=mayor, handle=hall.handle, volunteer=volunteer.public_id)


def test_met_invited_and_agreed_for_a_year(town, anna):
    code = invited(*town)
    assert not Volunteer.objects.standing().exists()
    place = joins(anna, code.lower().replace("-", " "), "Annette", offers=["ride"])
    assert (place.called, place.offers_in_words) == ("Annette", ["un trajet, un accompagnement"])
    assert (place.checked_on, place.checked_by) == (timezone.localdate(), town[0])
    assert place.until == timezone.localdate() + timedelta(days=365)
    assert list(Volunteer.objects.standing()) == [place]


def test_without_having_met_them_nobody_is_invited(town):
    with pytest.raises(InvalidParameter) as error:
        invited(*town, checked=False)
    assert error.value.parameter == "checked" and not Volunteer.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "parameter"),
    [
        ({"called": " \u200b\u202e "}, "called"),
        ({"called": "a" * 61}, "called"),
        ({"offers": []}, "offers"),
        ({"offers": ["shopping", "money"]}, "offers"),
        ({"agreed": False}, "agreed"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_uses_no_code(town, anna, wrong, parameter):
    code = invited(*town)
    with pytest.raises(InvalidParameter) as error:
        joins(anna, code, **wrong)
    assert error.value.parameter == parameter
    assert joins(anna, code, "An\u202ena\u200b").called == "Anna"


def test_a_code_serves_once_within_a_fortnight_and_wrong_ones_are_counted(town, anna):
    code = invited(*town)
    joins(anna, code)
    stranger = person("Léo")
    for _ in range(10):
        with pytest.raises(CodeRefused):
            joins(stranger, code)
    with pytest.raises(TooManyAttempts):
        joins(stranger, invited(*town))
    late = invited(*town, "Olga")
    with later(timedelta(days=15)):
        with pytest.raises(CodeRefused):
            joins(person("Olga"), late)
        forget_ended_helps.func(0)
        assert [one.called for one in Volunteer.objects.all()] == ["Anna"]


def test_it_is_kept_as_a_hash(town):
    code = invited(*town)
    assert code.replace("-", "") not in str(Volunteer.objects.values().get())


def test_who_is_on_the_list_comes_once_and_begins_a_new_year(town, anna):
    place = listed(*town, anna)
    with later(timedelta(days=100)) as now:
        assert listed(*town, anna, "Nana") == place
        place.refresh_from_db()
        assert (place.called, place.until) == ("Nana", now.date() + timedelta(days=365))
    assert Volunteer.objects.count() == 1


def test_what_one_offers_is_changed_by_oneself(town, anna):
    place = listed(*town, anna)
    told = {"volunteer": place.public_id, "called": "Nana", "offers": ["ride"]}
    changed = volunteering.change(viewer=viewer_of(anna.pk), **told)
    assert (changed.called, changed.offers) == ("Nana", ["ride"])
    for wrong in ({"called": "\u200b"}, {"offers": []}):
        with pytest.raises(InvalidParameter):
            volunteering.change(viewer=viewer_of(anna.pk), **told | wrong)
    with pytest.raises(NotFound):
        volunteering.change(viewer=viewer_of(town[0].pk), **told)


def test_only_who_is_responsible_keeps_the_list(village, town, anna):
    hall = town[1]
    writer, agent, place = person("Paul"), person("Nathalie"), listed(*town, anna)
    Acting.objects.create(account=writer, organisation=hall, role=Acting.Role.WRITER)
    for someone in (writer, agent, anna):
        for deed in (lambda who: invited(who, hall), lambda who: removes(who, hall, place)):
            with pytest.raises(NotFound):
                deed(someone)
    assert Volunteer.objects.standing().exists()


def test_without_a_mandate_in_force_nobody_is_added_and_anyone_is_removed(town, anna):
    mayor, hall = town
    place = listed(*town, anna)
    Mandate.objects.update(ends_on=timezone.localdate() - timedelta(days=1))
    with pytest.raises(Refused):
        invited(mayor, hall)
    removes(mayor, hall, place)
    assert not Volunteer.objects.exists()


def test_a_mandate_over_a_quarter_is_not_one_over_the_town(village, town):
    Mandate.objects.update(over=Mandate.Over.QUARTERS)
    with pytest.raises(Refused):
        invited(*town)


def test_an_invitation_that_was_taken_back_opens_nothing(town):
    waiting = invited(*town, "Olga")
    removes(*town, Volunteer.objects.get())
    with pytest.raises(CodeRefused):
        joins(person("Olga"), waiting)


class TestWhoReadsThereWhatIsAsked:
    """Whoever acts for the town hall would learn as a volunteer who asked."""

    @pytest.mark.parametrize("role", Acting.Role.values)
    @pytest.mark.parametrize("everywhere", [True, False])
    def test_is_no_volunteer_of_it_in_any_role(self, town, anna, role, everywhere):
        code = invited(*town)
        own = Acting.objects.create(account=anna, organisation=town[1], role=role, everywhere=everywhere)
        with pytest.raises(Refused) as error:
            joins(anna, code)
        assert "Vous lisez ce qui est demandé" in str(error.value) and not Volunteer.objects.standing().exists()
        own.ended_at = timezone.now()
        own.save()
        assert joins(anna, code).account == anna

    def test_nor_who_made_the_code_and_left_the_town_hall(self, town, anna):
        code = invited(*town)
        Volunteer.objects.update(checked_by=anna)
        with pytest.raises(Refused):
            joins(anna, code)

    def test_who_acts_for_another_organisation_is(self, village, town, anna):
        organisation(anna, kind="association", name="Le bal")
        assert listed(*town, anna) in Volunteer.objects.standing()

    def test_who_begins_to_act_for_it_is_none_from_then_on(self, jeanne, town, anna):
        place, help_ = listed(*town, anna), asks_for_help(jeanne)
        introduced(jeanne, help_, *town, place)
        Acting.objects.create(account=anna, organisation=town[1], role=Acting.Role.WRITER)
        assert helps_of(anna) == [] and not Volunteer.objects.listed().exists()
        with pytest.raises(Refused):
            listed(*town, anna)
        listed(*town, person("Léo"), "Léo")
        again = wants(jeanne, help_)
        with next_monday(), pytest.raises(InvalidParameter):
            proposes(*town, again, place)
        forget_ended_helps.func(0)
        help_.refresh_from_db()
        assert not Volunteer.objects.filter(account=anna).exists() and introducing.told_that_it_is_over(help_)


class TestEnding:
    """Whoever ends on the list is out of the circles where they were introduced, and of no others."""

    @pytest.fixture
    def place(self, town, anna):
        return listed(*town, anna)

    @pytest.fixture
    def help_(self, jeanne, town, place) -> Help:
        help_ = asks_for_help(jeanne)
        introduced(jeanne, help_, *town, place)
        assert helps_of(place.account) == [TITLE]
        OutgoingMail.objects.all().delete()
        return help_

    def is_over(self, help_: Help, someone) -> None:
        help_.refresh_from_db()
        assert helps_of(someone) == [] and help_.introduction_over_on == timezone.localdate()
        assert not help_.circle.filter(account=someone).exists() and not Volunteer.objects.exists()
        assert OutgoingMail.objects.get().template == "help_news", "whoever keeps the circle is told"

    def test_removed_by_the_town(self, town, place, help_, anna):
        removes(*town, place)
        self.is_over(help_, anna)

    def test_left_by_oneself(self, town, place, help_, anna):
        with pytest.raises(NotFound):
            volunteering.leave(viewer=viewer_of(town[0].pk), volunteer=place.public_id)
        volunteering.leave(viewer=viewer_of(anna.pk), volunteer=place.public_id)
        self.is_over(help_, anna)

    def test_with_the_town_hall(self, town, help_, anna):
        close(account=town[0], organisation=town[1])
        self.is_over(help_, anna)

    def test_with_the_year_whether_a_job_has_run_or_not(self, help_, anna):
        with later(timedelta(days=366)):
            assert helps_of(anna) == []
            forget_ended_helps.func(0)
            self.is_over(help_, anna)

    def test_a_year_that_is_over_does_not_come_back_with_a_new_code(self, town, place, help_, anna):
        with later(timedelta(days=366)):
            Mandate.objects.update(ends_on=timezone.localdate() + timedelta(days=30))
            again = listed(*town, anna)
            help_.refresh_from_db()
            assert again != place and helps_of(anna) == []
            assert introducing.told_that_it_is_over(help_) and not help_.circle.filter(account=anna).exists()

    def test_another_circle_that_named_them_keeps_them(self, village, town, place, help_, anna):
        olga = neighbour("Olga", village.residences["B"])
        own = asks_for_help(olga, title="Le pain")
        trusts(olga, own, anna, Trusted.Part.FRIEND)
        removes(*town, place)
        own.refresh_from_db()
        assert helps_of(anna) == ["Le pain"] and own.introduction_over_on is None

    def test_its_mandate_s_end_takes_nobody_out(self, help_, anna):
        Mandate.objects.update(ended_at=timezone.now())
        assert helps_of(anna) == [TITLE]
