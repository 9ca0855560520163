"""Drives over the streets that are shown; where none lead, in a straight line, and said so."""

import pytest

from geo.drives import STRAIGHT, drive_between
from geo.models import Street
from geo.network.driving import SPEEDS

pytestmark = pytest.mark.django_db


def test_the_drive_is_read_off_the_grid(toy_town):
    drive = drive_between(toy_town.point(0, 0), toy_town.point(600, 300))
    assert drive.metres == pytest.approx(900, rel=1e-3) and not drive.straight_line
    assert drive.minutes == pytest.approx(0.9 / SPEEDS["Route à 1 chaussée"] * 60, rel=1e-3)
    assert drive.line.srid == 4326 and drive.line.coords[0] == pytest.approx(toy_town.point(0, 0).coords, abs=1e-6)


def test_a_street_that_not_all_may_drive_is_gone_around(toy_town):
    Street.objects.filter(key="bdtopo:TRONROUT-E-05-10").update(drivable=False)
    drive = drive_between(toy_town.point(500, 1000), toy_town.point(600, 1000))
    assert drive.metres == pytest.approx(300, rel=1e-3)


def test_a_one_way_is_obeyed(toy_town):
    Street.objects.filter(key="bdtopo:TRONROUT-E-05-10").update(one_way="backward")
    there, back = (
        drive_between(toy_town.point(*one), toy_town.point(*other))
        for one, other in (((500, 1000), (600, 1000)), ((600, 1000), (500, 1000)))
    )
    assert (round(there.metres), round(back.metres)) == (300, 100)


def test_where_no_street_is_known_it_is_the_straight_line(toy_town):
    drive = drive_between(toy_town.point(1900, 1000), toy_town.point(2600, 1000))
    assert drive.straight_line and drive.metres == pytest.approx(700, rel=1e-3)
    assert drive.minutes == pytest.approx(0.7 / STRAIGHT * 60, rel=1e-3)
    assert len(drive.line.coords) == 2
