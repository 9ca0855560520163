"""Codes: typed as people type, and refused alike whatever is wrong with them."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from statistics import mean
from threading import Barrier
from time import perf_counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import InvalidParameter
from geo.houses import circle_of
from scopes.errors import CodeRefused, TooManyAttempts
from scopes.households import invite, withdraw_invitations
from scopes.leaving import leave
from scopes.models import Attempts, Code, Membership
from scopes.proofs.codes import ALPHABET, LENGTH, as_typed, digest_of, new_code, spaced
from scopes.proofs.entering import use_code
from scopes.proofs.hall_code import HANGS_FOR, hang_poster, take_down
from scopes.proofs.letter import OPENS_FOR, ask_for_letter
from tests.neighbours import neighbour, person
from tests.scopes.entering import (
    DAY,
    address_of,
    asks,
    building,
    hall_code,
    later,
    letter_code,
    position_of,
    printed,
    types,
)
from tests.still import still_page

codes = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)


@given(codes)
def test_a_code_is_read_however_it_is_typed(code):
    for typed in (code, spaced(code), code.lower(), f" {code[:3]} {code[3:]}\n", spaced(code).replace("-", "–")):
        assert digest_of(typed) == digest_of(code)
    look_alike = code.replace("0", "o").replace("1", "l").replace("V", "u")
    assert digest_of(look_alike) == digest_of(code)


@given(codes, codes)
def test_two_codes_are_one_only_when_they_are(one, other):
    assert (digest_of(one) == digest_of(other)) == (one == other)


@given(st.text(max_size=60))
def test_anything_can_be_typed(text):
    assert re.fullmatch("[0-9a-f]{64}", digest_of(text))
    assert len(as_typed(text)) <= 2 * LENGTH


def test_a_code_is_random_and_easy_to_read():
    drawn = {new_code() for _ in range(500)}
    assert len(drawn) == 500
    assert not set("".join(drawn)) & set("ILOU")


def test_the_hash_is_keyed(settings):
    before = digest_of("4K7QW2M9XT")
    settings.SECRET_KEY = "another"
    assert digest_of("4K7QW2M9XT") != before


@pytest.fixture
def home(toy_town):
    return building(3, 1)


def refused_codes(home) -> dict[str, str]:
    """Codes that must all be refused to someone who asked to join this residence, by why."""
    used = letter_code(asks("Ana", home))
    ana = Membership.objects.get(account__first_name="Ana")
    types(ana, used)
    dropped = asks("Bo", home)
    revoked = letter_code(dropped)
    printed(dropped.letters.get())
    expired = hall_code(home, "Escalier C")
    Code.objects.filter(digest=digest_of(expired)).update(expires_at=timezone.now() - timedelta(seconds=1))
    taken_down, poster = hang_poster(residence=home, entrance="Escalier D")
    take_down(code=poster)
    used_up = hall_code(home, "Escalier E")
    Code.objects.filter(digest=digest_of(used_up)).update(uses=10, most_uses=10)
    host = neighbour("Cléo", home)
    withdrawn, _code = invite(member=host)
    withdraw_invitations(member=host)
    gone = neighbour("Dan", home)
    of_someone_gone, _code = invite(member=gone)
    leave(membership=gone)
    return {
        "unknown": new_code(),
        "of someone else": letter_code(asks("Eve", home)),
        "used": used,
        "replaced": revoked,
        "expired": expired,
        "taken down": taken_down,
        "used up": used_up,
        "withdrawn": withdrawn,
        "of someone gone": of_someone_gone,
        "empty": "",
        "nonsense": "☂" * 40,
    }


@pytest.mark.django_db
@pytest.mark.privacy
def test_codes_that_open_nothing_answer_alike(home, client):
    zoe = asks("Zoé", home)
    client.force_login(zoe.account)
    answers, statements = {}, {}
    for why, code in refused_codes(home).items():
        Attempts.objects.all().delete()
        if not code:
            continue
        with CaptureQueriesContext(
            connection,
        ) as seen:
            answer = client.post(reverse("enter-code"), {"code": code, "role": "tenant"})
        body = still_page(answer).replace(code, "CODE")
        answers[why] = (answer.status_code, body)
        statements[why] = [re.sub(r"'[^']*'|\d+", "?", one["sql"]) for one in seen]
    assert len(set(answers.values())) == 1
    assert len({tuple(told) for told in statements.values()}) == 1
    assert zoe.proofs.count() == 0


@pytest.mark.django_db
@pytest.mark.privacy
@pytest.mark.slow
def test_codes_that_open_nothing_take_the_same_time(home):
    from scipy.stats import mannwhitneyu

    zoe = asks("Zoé", home)
    known = {why: code for why, code in refused_codes(home).items() if why not in ("unknown", "empty", "nonsense")}
    times: dict[str, list[float]] = {why: [] for why in ("unknown", *known)}
    for _ in range(120):
        for why, code in {"unknown": new_code(), **known}.items():
            Attempts.objects.all().delete()
            started = perf_counter()
            with pytest.raises(CodeRefused):
                types(zoe, code)
            times[why].append(perf_counter() - started)
    for why in known:
        unequal = mannwhitneyu(times["unknown"], times[why])
        assert unequal.pvalue > 0.01 / len(known), (why, mean(times["unknown"]), mean(times[why]))


@pytest.mark.django_db
def test_ten_wrong_codes_in_a_day_and_a_right_one_counts_for_none(home):
    zoe = asks("Zoé", home)
    for _ in range(9):
        with pytest.raises(CodeRefused):
            types(zoe, new_code())
    types(zoe, hall_code(home))
    with pytest.raises(CodeRefused):
        types(zoe, new_code())
    with pytest.raises(TooManyAttempts):
        types(zoe, letter_code(zoe))
    bo = asks("Bo", home)
    with pytest.raises(CodeRefused):
        types(bo, new_code())
    with later(DAY + timedelta(minutes=1)):
        assert types(zoe, hall_code(home, "B")).proofs.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("back", [timedelta(hours=1), 3 * DAY, 4000 * DAY])
def test_a_clock_set_back_locks_nobody_out_for_longer_than_a_day(home, back):
    zoe = asks("Zoé", home)
    for _ in range(10):
        with pytest.raises(CodeRefused):
            types(zoe, new_code())
    with later(-back):
        with pytest.raises(CodeRefused):
            types(zoe, new_code())
        assert Attempts.objects.get().failures == 1


@pytest.mark.django_db
def test_a_clock_set_forward_or_back_opens_no_code_for_longer(home):
    zoe = asks("Zoé", home)
    letter, poster = letter_code(zoe), hall_code(home)
    with later(HANGS_FOR + timedelta(minutes=1)), pytest.raises(CodeRefused):
        types(zoe, poster)
    with later(OPENS_FOR + timedelta(minutes=1)), pytest.raises(CodeRefused):
        types(zoe, letter)
    with later(-DAY):
        zoe = types(zoe, letter)
    assert zoe.entered_at is not None


@pytest.mark.django_db
def test_a_hall_code_opens_for_as_many_as_there_are_dwellings(home):
    home.dwellings = 3
    home.save()
    code = hall_code(home)
    for number in range(3):
        types(asks(f"N{number}", home), code)
    with pytest.raises(CodeRefused):
        types(asks("N4", home), code)
    again = Membership.objects.get(account__first_name="N0")
    with pytest.raises(CodeRefused):
        types(again, code)


@pytest.mark.django_db
def test_the_same_person_uses_a_hall_code_once(home):
    zoe, code = asks("Zoé", home), hall_code(home)
    for _ in range(3):
        types(zoe, code)
    assert Code.objects.get(digest=digest_of(code)).uses == 1
    assert zoe.proofs.count() == 1


@pytest.mark.django_db
def test_two_posters_are_no_two_proofs(home):
    neighbour("Ana", home)
    zoe = asks("Zoé", home)
    types(zoe, hall_code(home, "A"))
    zoe = types(zoe, hall_code(home, "B"))
    assert zoe.entered_at is None and zoe.proofs.count() == 1


@pytest.mark.django_db
def test_a_new_poster_of_an_entrance_replaces_the_last(home):
    first = hall_code(home, "A")
    other = hall_code(home, "B")
    hall_code(home, "A")
    zoe = asks("Zoé", home)
    with pytest.raises(CodeRefused):
        types(zoe, first)
    assert types(zoe, other).proofs.count() == 1


@pytest.mark.django_db
def test_a_poster_taken_down_takes_back_what_it_proved_until_one_is_settled(home):
    neighbour("Ana", home)
    zoe, lou = asks("Zoé", home), asks("Lou", home)
    code, poster = hang_poster(residence=home, entrance="A")
    for one in (zoe, lou):
        types(one, code)
    lou = position_of(lou)
    assert lou.entered_at is not None
    settled = position_of(types(asks("Max", home), code))
    Membership.objects.filter(pk=settled.pk).update(
        entered_at=timezone.now() - 9 * DAY, provisional_until=timezone.now() - 2 * DAY
    )
    take_down(code=poster)
    assert not zoe.proofs.exists()
    for one, stays in ((lou, False), (settled, True)):
        one.refresh_from_db()
        assert (one.entered_at is not None) is stays


@pytest.mark.django_db
def test_no_poster_where_there_is_no_hall(toy_town):
    house = building(3, 2)
    with pytest.raises(InvalidParameter):
        hang_poster(residence=circle_of(house), entrance="A")
    with pytest.raises(InvalidParameter):
        hang_poster(residence=building(3, 1), entrance="  ")


@pytest.mark.django_db
def test_who_has_three_homes_learns_nothing_from_a_code(home):
    zoe = person("Zoé")
    for i in (6, 7, 8):
        use_code(account=zoe, text=hall_code(building(i, 1)), role="tenant")
    with pytest.raises(CodeRefused):
        use_code(account=zoe, text=hall_code(home), role="tenant")


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["", "king", "tenant' OR 1=1"])
def test_a_forged_role_is_a_refused_code(home, role):
    with pytest.raises(CodeRefused):
        use_code(account=person("Zoé"), text=hall_code(home), role=role)
    assert not Membership.objects.exists()


@pytest.mark.django_db
def test_letters_are_three_in_three_months_and_one_on_its_way(home):
    zoe, address = asks("Zoé", home), address_of(home)
    for number in range(3):
        letter = ask_for_letter(membership=zoe, address=address)
        assert ask_for_letter(membership=zoe, address=address) == letter
        letter.posted_at = timezone.now()
        letter.save()
        assert zoe.letters.count() == number + 1
    with pytest.raises(InvalidParameter, match="Trois lettres"):
        ask_for_letter(membership=zoe, address=address)
    with later(91 * DAY):
        ask_for_letter(membership=zoe, address=address)


@pytest.mark.django_db
def test_no_letter_goes_to_another_residence(home):
    zoe = asks("Zoé", home)
    with pytest.raises(InvalidParameter, match="pas celle de votre résidence"):
        ask_for_letter(membership=zoe, address=address_of(building(2, 2)))


@pytest.mark.django_db
def test_a_letter_to_a_house_goes_to_any_house_of_the_cell_and_nowhere_else(toy_town):
    house = building(3, 2)
    zoe = asks("Zoé", house)
    assert zoe.residence.houses_of == house.public_cell
    zoe = types(zoe, letter_code(zoe, address_of(house)))
    assert zoe.entered_at is not None
    with pytest.raises(InvalidParameter):
        ask_for_letter(membership=zoe, address=address_of(building(3, 1)))


@pytest.mark.django_db(transaction=True)
def test_the_last_use_of_a_poster_is_one_persons_even_when_two_type_at_once(toy_town):
    home = building(3, 1)
    code = hall_code(home)
    Code.objects.update(most_uses=1)
    together = Barrier(2, timeout=20)

    def type_it(membership: Membership) -> str:
        together.wait()
        try:
            types(membership, code)
            return "counted"
        except CodeRefused:
            return "refused"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as two:
        said = sorted(two.map(type_it, [asks("Zoé", home), asks("Lou", home)]))
    assert said == ["counted", "refused"]
    assert Code.objects.get().uses == 1
