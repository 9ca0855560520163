"""A week as people fill it in, and back from the syntax it is kept in."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory.opening import readable
from directory.week import DAYS, Week, read_week, time_typed, written
from directory.week_form import WeekForm

TIMES = [f"{hour:02d}:{minute:02d}" for hour in range(24) for minute in (0, 15, 30, 45)]


@st.composite
def some_day(draw):
    """Two periods at most, in their order; the last may pass midnight."""
    moments = sorted(draw(st.lists(st.sampled_from(TIMES), min_size=0, max_size=4, unique=True)))
    moments = moments[: len(moments) // 2 * 2]
    return tuple((moments[at], moments[at + 1]) for at in range(0, len(moments), 2))


@given(st.tuples(*[some_day() for _ in DAYS]), st.booleans())
@settings(max_examples=200, deadline=None)
def test_what_is_written_is_read_back_and_is_good_syntax(days, holidays):
    week = Week(days, holidays and any(days))
    expression = written(week)
    assert read_week(expression) == week
    assert readable(expression) == expression or not expression


@pytest.mark.parametrize(
    ("expression", "monday", "sunday"),
    [
        ("Mo-Fr 09:00-12:00, 14:00-18:00; Sa 09:00-12:00", (("09:00", "12:00"), ("14:00", "18:00")), ()),
        ("09:00-19:00; Su off", (("09:00", "19:00"),), ()),
        ("Mo,We-Su 18:00-24:00", (("18:00", "00:00"),), (("18:00", "00:00"),)),
        ("Mo-Su 08:00-20:00; PH off; Mo closed", (), (("08:00", "20:00"),)),
        ("Fr-Sa 20:00-02:00", (), ()),
        ("", (), ()),
    ],
)
def test_usual_hours_fit_the_form(expression, monday, sunday):
    days = read_week(expression).days
    assert (days[0], days[6]) == (monday, sunday)


@pytest.mark.parametrize(
    "expression",
    [
        "24/7",
        "Mo-Fr 08:00-10:00,11:00-12:00,14:00-16:00",
        "Mo-Fr sunrise-sunset",
        'Mo-Fr 09:00-12:00 "sur rendez-vous"',
        "Jul-Aug Mo-Fr 09:00-12:00",
        "PH 10:00-12:00",
        "Sa-Mo 09:00-12:00",
        "Mo[1] 09:00-12:00",
        "Mo 09:00-26:00",
        "Mo 14:00-18:00,09:00-12:00",
        "lundi",
    ],
)
def test_what_the_form_cannot_say_whole_is_left_in_the_syntax(expression):
    assert read_week(expression) is None
    form = WeekForm(expression=expression)
    assert form["hours"].value() == expression and form["mo_1_from"].value() == ""


def test_a_form_begins_with_what_is_known():
    form = WeekForm(expression="Mo-Fr 09:00-12:00,14:00-18:00; PH off")
    assert [form[name].value() for name in ("mo_1_from", "mo_1_to", "mo_2_from", "mo_2_to")] == [
        "09:00",
        "12:00",
        "14:00",
        "18:00",
    ]
    assert form["closed_on_holidays"].value() and not form["hours"].value()


def filled(**fields) -> WeekForm:
    form = WeekForm({name: "" for name in WeekForm().fields} | fields)
    form.is_valid()
    return form


def test_times_are_typed_as_people_say_them():
    form = filled(mo_1_from="9h", mo_1_to="12 h 30", sa_1_from="18:00", sa_1_to="24:00")
    assert form.cleaned_data["opening_hours"] == "Mo 09:00-12:30; Sa 18:00-24:00"


def test_what_is_written_in_the_syntax_counts_alone():
    form = filled(mo_1_from="09:00", mo_1_to="12:00", hours="Mo-Fr 08:00–18:00; Aug off")
    assert form.cleaned_data["opening_hours"] == "Mo-Fr 08:00-18:00; Aug off"


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"tu_1_from": "09:00"}, "tu_1_from"),
        ({"tu_1_from": "09:00", "tu_1_to": "midi"}, "tu_1_from"),
        ({"tu_1_from": "09:00", "tu_1_to": "09:00"}, "tu_1_from"),
        ({"tu_1_from": "09:00", "tu_1_to": "12:00", "tu_2_from": "11:00", "tu_2_to": "18:00"}, "tu_2_from"),
        ({"hours": "quand je veux"}, "hours"),
    ],
)
def test_what_cannot_be_is_said_at_its_day(fields, where):
    form = filled(**fields)
    assert list(form.errors) == [where]
    if where != "hours":
        assert [day["name"] for day in form.week if day["errors"]] == ["mardi"]


def test_every_time_has_a_label_of_its_own():
    form = WeekForm()
    labels = [form.fields[name].label for name in form.fields if name.startswith(("mo", "tu"))]
    assert len(set(labels)) == 8


@pytest.mark.parametrize("text", ["", "h", "9:60", "-1", "24:01", "9:3", "93", "960", "１２:00"])
def test_what_is_no_time_is_none(text):
    assert time_typed(text) is None
