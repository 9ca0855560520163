"""A notice is said to be read, by whoever wishes; that is counted once a mailing, and never to be subtracted."""

import random
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from directory.counting_reads import QUARTER, count_mailing, count_reads, said_of
from directory.household_keys import key_of
from directory.models import Listing, Mailing, Notice, ReadFigure, ReadMark
from directory.notifying import say_it_is_over, take_back
from directory.reading import PRESSED_FOR, has_read, say_read
from geo.errors import NotFound
from geo.models import PublicCell, Residence
from scopes import second_lock
from scopes.leaving import leave
from scopes.reach_table import COIN, are_enough, in_tens
from scopes.rights.erasing import erase
from scopes.rights.exporting import told
from tests.directory.around import box, make_town
from tests.directory.mandated import send, tell
from tests.directory.speaking import looking
from tests.neighbours import asker, neighbour, person
from tests.scopes.mandates import SIRETS, in_force, organisation, over_area, town_hall

pytestmark = [pytest.mark.privacy, pytest.mark.django_db]

Said = ReadFigure.Said


@pytest.fixture
def homes(village):
    """The residences, of a hundred homes each."""
    Residence.objects.exclude(key="residence:house").update(dwellings=100)
    return {name: Residence.objects.get(key=f"residence:{name}") for name in "ABCDEF"}


@pytest.fixture
def agent():
    return person("Gil")


@pytest.fixture
def mandate(agent, homes):
    return in_force(agent, homes.values())


@pytest.fixture
def alice(homes):
    return neighbour("Alice", homes["A"])


def everything():
    return second_lock.opened(Residence.objects.values_list("pk", flat=True))


def sent(agent, mandate, residences, **columns) -> Mailing:
    """A mailing that can be read now."""
    mailing = send(agent, mandate, residences)
    return readable(mailing, **columns)


def readable(mailing: Mailing, **columns) -> Mailing:
    now = timezone.now()
    with everything():
        Listing.objects.filter(notice__mailing=mailing).update(opens_at=now)
    Mailing.objects.filter(pk=mailing.pk).update(**{"sent_at": now, **columns})
    mailing.refresh_from_db()
    return mailing


def notice_of(mailing: Mailing, residence: Residence | None = None) -> Notice:
    with everything():
        return Notice.objects.get(mailing=mailing, residence=residence)


def press(mailing: Mailing, number: int, *, first: int = 0) -> None:
    """So many homes press under the first notice, as the count sees them: no coin lies in the way."""
    with everything():
        notice = Notice.objects.filter(mailing=mailing).first()
        ReadMark.objects.bulk_create(
            ReadMark(
                notice=notice,
                residence_id=notice.residence_id,
                reader=key_of(10**6 + first + place, notice),
                is_counted=True,
            )
            for place in range(round(number * COIN))
        )


def a_week_later(mailing: Mailing) -> ReadFigure:
    """What is told when the week is over."""
    Mailing.objects.filter(pk=mailing.pk).update(sent_at=timezone.now() - PRESSED_FOR)
    count_mailing(mailing.pk)
    return ReadFigure.objects.get(mailing=mailing)


def marks() -> int:
    with everything():
        return ReadMark.objects.count()


class TestPressing:
    @pytest.fixture
    def notice(self, agent, mandate, homes):
        return notice_of(sent(agent, mandate, [homes["A"]]), homes["A"])

    def presses(self, someone, notice, **more):
        with looking(someone) as viewer:
            say_read(viewer=viewer, public_id=getattr(notice, "public_id", notice), **more)

    def test_it_is_noted_once_and_taken_back_as_easily(self, alice, notice):
        for _twice in range(2):
            self.presses(alice, notice)
            assert marks() == 1
            with looking(alice) as viewer:
                assert has_read(viewer.home, notice)
        for _twice in range(2):
            self.presses(alice, notice, read=False)
            assert marks() == 0

    def test_a_household_of_two_presses_once(self, homes, alice, notice):
        self.presses(alice, notice)
        self.presses(neighbour("Adam", homes["A"], household=alice.household), notice)
        assert marks() == 1

    def test_an_absent_owner_presses_too(self, homes, notice):
        self.presses(neighbour("Olga", homes["A"], role="absent_owner"), notice)
        assert marks() == 1

    def test_a_mark_names_nobody_and_no_moment_and_is_locked(self, homes, alice, notice):
        self.presses(alice, notice)
        with everything():
            assert set(ReadMark.objects.values().get()) == {"id", "notice_id", "residence_id", "reader", "is_counted"}
        with second_lock.opened([homes["B"].pk]):
            assert not ReadMark.objects.exists()
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM directory_readmark")
            assert cursor.fetchone() == (0,)

    def test_for_who_was_not_told_there_is_no_button(self, homes, alice, notice):
        for someone in (neighbour("Bruno", homes["B"]), asker("Ugo", homes["A"]), person("Zoé")):
            for key in (notice.public_id, uuid4()):
                with pytest.raises(NotFound):
                    self.presses(someone, key)
        assert marks() == 0

    def test_after_a_week_there_is_none_for_anyone(self, alice, notice):
        Mailing.objects.update(sent_at=timezone.now() - PRESSED_FOR)
        for read in (True, False):
            with pytest.raises(NotFound):
                self.presses(alice, notice, read=read)

    def test_who_waits_while_it_is_counted_leaves_no_mark_behind(self, alice, notice, monkeypatch):
        held = Mailing.objects.select_for_update

        def counted_meanwhile(**how):
            monkeypatch.undo()
            a_week_later(Mailing.objects.get())
            return held(**how)

        monkeypatch.setattr(Mailing.objects, "select_for_update", counted_meanwhile)
        with pytest.raises(NotFound):
            self.presses(alice, notice)
        assert marks() == 0

    def test_what_is_over_has_none(self, agent, alice, homes, notice):
        over = say_it_is_over(account=agent, mailing=Mailing.objects.get())
        with pytest.raises(NotFound):
            self.presses(alice, notice_of(over, homes["A"]))

    def test_the_mark_of_a_home_goes_with_its_last_person(self, homes, alice, notice):
        adam = neighbour("Adam", homes["A"], household=alice.household)
        self.presses(alice, notice)
        leave(membership=alice)
        assert marks() == 1
        leave(membership=adam)
        assert marks() == 0

    def test_so_does_one_under_a_notice_to_a_zone_of_two_towns(self, village, agent, homes):
        elsewhere = make_town("Voisine", "44999", box(9_000, 9_000, 9_900, 9_900))
        PublicCell.objects.filter(pk=homes["A"].public_cell_id).update(municipality=elsewhere)
        alice, zone = neighbour("Alice", Residence.objects.get(key="residence:A")), village.zone(1_000, 0, 1_100)
        mandate = over_area(agent, organisation(agent, kind="operator"), area=zone)
        mailing = readable(tell(agent, mandate, "all"))
        assert mailing.municipality == village.town != alice.alias.cell.municipality
        self.presses(alice, notice_of(mailing))
        assert marks() == 1
        leave(membership=alice)
        assert marks() == 0

    def test_an_export_tells_it_and_erasing_takes_it(self, alice, notice):
        self.presses(alice, notice)
        (part,) = told(alice.account)["avis que votre foyer dit avoir lus"]
        assert "reader" not in part and part["notice"]
        erase(account=alice.account)
        assert marks() == 0


class TestTelling:
    def test_once_after_a_week_and_never_again(self, agent, mandate, homes):
        mailing = sent(agent, mandate, [homes["A"]])
        press(mailing, 55)
        assert count_reads() == 0
        figure = a_week_later(mailing)
        assert figure.said in (Said.THIRD, Said.FOURTH) and marks() == 0
        press(mailing, 100)
        assert count_reads() == 0 and count_mailing(mailing.pk) is None
        assert ReadFigure.objects.get().said == figure.said

    @pytest.mark.parametrize(
        ("pressed", "said"), [(0, "few"), (19, "few"), (31, "20"), (50, "40"), (70, "60"), (99, "80"), (150, "80")]
    )
    def test_fifths_of_the_homes_by_public_data_from_twenty_on(self, agent, mandate, homes, pressed, said):
        mailing = sent(agent, mandate, [homes["A"]])
        press(mailing, pressed)
        told = a_week_later(mailing).said
        near = {said, *(str(int(said) + step) for step in (-20, 20))} if said not in ("few", "80") else {said}
        assert told in near

    def test_it_is_over_the_whole_mailing_never_a_building(self, agent, mandate, homes):
        mailing = sent(agent, mandate, homes.values())
        press(mailing, 100)
        assert a_week_later(mailing).said == Said.FIRST, "100 of 600 homes, all of them in one building"
        assert ReadFigure.objects.count() == 1

    def test_who_presses_nothing_changes_nothing(self, agent, mandate, homes):
        """T1 (b) with the sender as observer: more people, the same figure."""
        mailing = sent(agent, mandate, [homes["A"]])
        with everything():
            worlds = [said_of(mailing, 48)]
            for number in range(3):
                neighbour(f"Voisin{number}", homes["A"])
            worlds.append(said_of(mailing, 48))
        assert worlds[0] == worlds[1]

    def test_taken_back_it_tells_nothing_and_stands_in_nobodys_way(self, agent, mandate, homes):
        mailing = sent(agent, mandate, [homes["A"]])
        press(mailing, 60)
        take_back(account=agent, mailing=mailing)
        assert a_week_later(mailing).said == Said.WITHDRAWN and marks() == 0
        again = sent(agent, mandate, [homes["A"]])
        assert a_week_later(again).said == Said.FEW

    def test_homes_that_are_not_known_are_no_share(self, agent, mandate, homes):
        mailing = sent(agent, mandate, [homes["A"]], homes=0)
        press(mailing, 60)
        assert a_week_later(mailing).said == Said.SMALL

    def test_the_job_counts_the_earliest_first(self, agent, mandate, homes):
        later, earlier = (sent(agent, mandate, [homes["A"]]) for _two in range(2))
        now = timezone.now()
        for mailing, days in ((earlier, 9), (later, 8)):
            Mailing.objects.filter(pk=mailing.pk).update(sent_at=now - timedelta(days=days))
        assert count_reads() == 2 and count_reads() == 0
        assert dict(ReadFigure.objects.values_list("mailing", "said")) == {earlier.pk: "few", later.pk: "overlap"}


class TestSubtracting:
    """A figure of A and one of A and B would tell of B, were they told both."""

    def pair(self, agent, first, second) -> tuple[str, str]:
        return tuple(str(a_week_later(mailing).said) for mailing in (first, second))

    @pytest.mark.parametrize(
        ("first", "second"), [("AB", "ABC"), ("ABC", "AB"), ("A", "A"), ("ABCDEF", "F"), ("AB", "BC")]
    )
    def test_sets_that_share_a_residence_are_not_both_told_of(self, agent, mandate, homes, first, second):
        mailings = [sent(agent, mandate, [homes[name] for name in names]) for names in (first, second)]
        for mailing in mailings:
            press(mailing, 90)
        told = self.pair(agent, *mailings)
        assert told[0] not in ("overlap", "few") and told[1] == "overlap"

    def test_sets_that_share_nothing_are(self, agent, mandate, homes):
        mailings = [sent(agent, mandate, [homes[name]]) for name in "AB"]
        for mailing in mailings:
            press(mailing, 90)
        assert "overlap" not in self.pair(agent, *mailings)

    def test_another_organisation_does_not_help(self, agent, mandate, homes):
        other = person("Zoé")
        theirs = in_force(other, [homes["A"], homes["B"]], organisation(other, siret=SIRETS[1], name="Autre"))
        first = sent(agent, mandate, [homes["A"]])
        second = sent(other, theirs, [homes["A"], homes["B"]])
        assert self.pair(agent, first, second) == ("few", "overlap")

    def test_too_few_is_something_told_too(self, agent, mandate, homes):
        first, second = sent(agent, mandate, [homes["A"]]), sent(agent, mandate, [homes["A"], homes["B"]])
        press(second, 90)
        assert self.pair(agent, first, second) == ("few", "overlap")

    def test_an_area_overlaps_the_residences_in_it_and_other_areas(self, village, agent, mandate, homes):
        mayor = person("Maire")
        hall = town_hall(mayor, village.town)
        everywhere = over_area(mayor, hall, municipality=village.town)
        inside = sent(agent, mandate, [homes["A"]])
        outside = sent(agent, mandate, [homes["F"]])
        west = readable(tell(mayor, everywhere, "polygon", polygon=village.zone(0, 0, 50).geojson))
        assert self.pair(agent, inside, west) == ("few", "overlap")
        assert a_week_later(outside).said == Said.FEW
        ReadFigure.objects.all().delete()
        assert self.pair(agent, west, inside) == ("few", "overlap")
        again = readable(tell(mayor, everywhere, "polygon", polygon=village.zone(0, 0, 60).geojson))
        assert a_week_later(again).said == Said.OVERLAP

    def test_what_goes_to_fewer_than_twenty_homes_tells_nothing_and_stands_in_nobodys_way(self, agent, mandate, homes):
        small = sent(agent, mandate, [homes["A"]], homes=19)
        press(small, 60)
        after = sent(agent, mandate, [homes["A"], homes["B"]])
        press(after, 90)
        told = self.pair(agent, small, after)
        assert told[0] == "small" and told[1] not in ("few", "overlap")

    def test_two_quarters_that_touch_share_no_home(self, village, mandate, homes):
        mayor = person("Maire")
        everywhere = over_area(mayor, town_hall(mayor, village.town), municipality=village.town)
        quarters = [
            readable(tell(mayor, everywhere, "quarters", quarters=[one.key])) for one in (village.west, village.east)
        ]
        assert self.pair(mayor, *quarters) == ("few", "few")
        across = readable(tell(mayor, everywhere, "polygon", polygon=village.zone(800, 0, 300).geojson))
        assert a_week_later(across).said == Said.OVERLAP

    def test_a_quarter_later_the_same_homes_are_told_of_again(self, agent, mandate, homes):
        first, second = (sent(agent, mandate, [homes["A"]]) for _two in range(2))
        a_week_later(first)
        ReadFigure.objects.update(counted_on=timezone.localdate() - QUARTER)
        press(second, 90)
        assert a_week_later(second).said not in (Said.OVERLAP, Said.FEW)


class TestAttack:
    """Someone who knows every other press, and the code, but not the key."""

    WORLDS = 4_000

    def auc(self, others: int, homes: int) -> float:
        """How well the best reading of what is told says whether one more home pressed; secrets drawn anew."""
        chance = random.Random(3)
        counts: dict[str, list[int]] = {}
        for _world in range(self.WORLDS):
            secret = f"a mandate {chance.random()}"
            tossed = sum(chance.random() < COIN for _other in range(others))
            for index, pressed in enumerate((tossed + (chance.random() < COIN), tossed)):
                count = pressed / COIN
                told = in_tens(count, of=secret) * 5 // homes if are_enough(count, of=secret) else -1
                counts.setdefault(told, [0, 0])[index] += 1
        below = area = 0
        for there, absent in sorted(counts.values(), key=lambda pair: pair[0] / (pair[1] or 0.5)):
            area += there * (below + absent / 2)
            below += absent
        return area / self.WORLDS**2

    @pytest.mark.parametrize("others", [19, 24, 29, 39, 59, 79])
    def test_whether_one_home_pressed_is_not_told(self, others):
        assert self.auc(others, 100) <= 0.60


def test_a_mandate_keeps_its_secret(agent, mandate, homes):
    """The same number pressed under one mandate is told alike each time."""
    mailing = sent(agent, mandate, [homes["A"]])
    assert len({said_of(mailing, 38.75) for _each in range(5)}) == 1
