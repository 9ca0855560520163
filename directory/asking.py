"""Asks an organisation something, or reports it: on purpose, to one that may write to this home, or to its town hall.

Nothing of a person reaches an organisation but by this. Whoever is asked learns a first name and an initial, and the
residence only where a mandate names it; the others, the quarter of the public cell.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.contrib.gis.geos import Point
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory import posting
from directory.appealing import own_residences
from directory.audience import reaches
from directory.errors import NotProved, TooMany
from directory.models import Ask, AskPhoto, Notice, Post
from directory.notifying import title_in_words
from directory.photos import drawn_anew
from directory.pointing import check_point
from directory.posting import PRESSED_TWICE, hold
from directory.publishing import refresh_entries
from geo.errors import InvalidParameter, NotFound
from geo.front_doors import address_near
from geo.texts import one_line, paragraphs
from scopes.models import Level, Mandate, Membership, Organisation
from scopes.organisations.covering import mandates_over
from scopes.viewer import Home, Viewer

MOST_A_DAY = 10
LONGEST_PLACE = 160


@dataclass(frozen=True, slots=True, kw_only=True)
class Askable:
    """An organisation that a home may ask something."""

    organisation: Organisation
    #: Whether it reads in which residence the home is: its mandate names it.
    knows_residence: bool
    #: The circles that may read it too, if the author wishes.
    circles: tuple[Level, ...]


def askable_by(home: Home) -> list[Askable]:
    """Return the organisations that this home may ask: those with a mandate in force on it, and its town hall."""
    membership = Membership.objects.select_related("alias__cell__merged_into").get(pk=home.membership_id)
    over = mandates_over(membership).in_force().filter(organisation__admitted_at__isnull=False)
    found: dict[int, Askable] = {}
    for mandate in over.select_related("organisation").order_by("organisation__name", "pk"):
        named = mandate.over == Mandate.Over.RESIDENCES
        before = found.get(mandate.organisation_id)
        knows = named or (before is not None and before.knows_residence)
        found[mandate.organisation_id] = _askable(mandate.organisation, home, knows_residence=knows)
    town = {"kind": Organisation.Kind.MUNICIPALITY, "municipality": home.municipality_id}
    for hall in Organisation.objects.filter(**town, admitted_at__isnull=False, ended_at__isnull=True):
        found.setdefault(hall.pk, _askable(hall, home, knows_residence=False))
    return list(found.values())


@transaction.atomic
def ask(
    *,
    home: Home,
    organisation: UUID,
    title: str,
    text: str,
    place: str = "",
    point: Point | None = None,
    photo: bytes | None = None,
    shown_to: str = "",
    about: Notice | None = None,
) -> Ask:
    """Ask an organisation something; `shown_to` says it to a circle too, under one's name.

    Whoever reads it sees the `point`, which is never at one's own door.

    Raises `NotFound` for an organisation that this home may not ask, `NotProved`, `TooMany`, and `InvalidParameter`
    naming the field.
    """
    askable = next((one for one in askable_by(home) if one.organisation.handle == organisation), None)
    if askable is None:
        raise NotFound
    if shown_to and shown_to not in askable.circles:
        raise InvalidParameter("shown_to", _("Cette demande ne peut pas être montrée à ce cercle."))
    words = {
        "title": one_line(title, parameter="title"),
        "text": paragraphs(text, parameter="text"),
        "place": one_line(place, parameter="place", shortest=0, longest=LONGEST_PLACE),
    }
    if point:
        check_point(home, point)
    picture = drawn_anew(photo) if photo else None
    hold(home)
    now = timezone.now()
    today = Ask.objects.filter(author=home.alias_id, made_at__gt=now - timedelta(days=1))
    pressed = today.filter(organisation=askable.organisation, withdrawn_at=None, made_at__gt=now - PRESSED_TWICE)
    if same := pressed.filter(**words).first():
        return same
    if today.count() >= MOST_A_DAY:
        raise TooMany
    made = Ask.objects.create(
        organisation=askable.organisation,
        author_id=home.alias_id,
        residence_id=home.residence_id if askable.knows_residence else None,
        neighbourhood_id=None if askable.knows_residence else home.neighbourhood_id,
        about=about,
        location=point,
        near=address_near(point) if point else "",
        post=_said(home, shown_to, words) if shown_to else None,
        **words,
    )
    if picture:
        columns = {"content": picture.content, "width": picture.width, "height": picture.height}
        AskPhoto.objects.create(ask=made, residence_id=made.residence_id, **columns)
    return made


@transaction.atomic
def answer_notice(*, viewer: Viewer, public_id: UUID, text: str, shown: bool = False) -> Ask:
    """Answer the sender of a notice that invites to; neighbours read it only if `shown`.

    Raises `NotFound` for a notice that is not for the viewer or does not invite, `NotProved` without a home it reaches.
    """
    visible = Notice.objects.live().visible_to(viewer).filter(public_id=public_id, mailing__answers_invited=True)
    notice = visible.select_related("mailing__mandate__organisation").first()
    if notice is None:
        raise NotFound
    home = home_answering(viewer, notice)
    if home is None:
        raise NotProved
    return ask(
        home=home,
        organisation=notice.mailing.mandate.organisation.handle,
        title=title_in_words(notice.mailing)[:120],
        text=text,
        shown_to=Level.RESIDENCE if shown and notice.residence_id and home.lives_there else "",
        about=notice,
    )


def home_answering(viewer: Viewer, notice: Notice) -> Home | None:
    """Return the home that a viewer answers a notice from: one that it was sent to, its absent owner's too."""
    is_sent_to: Callable[[Home], bool] = (
        (lambda home: home.residence_id == notice.residence_id)
        if notice.residence_id
        else (lambda home: reaches(notice, home))
    )
    return next((home for home in viewer.homes if is_sent_to(home)), None)


@transaction.atomic
def withdraw(*, viewer: Viewer, public_id: UUID) -> Ask:
    """Take back what one asked, with its photo and its point, its answers, and what was said of it to a circle."""
    with own_residences(viewer):
        made = own_asks(viewer).select_for_update(of=["self"]).filter(public_id=public_id).first()
        if made is None:
            raise NotFound
        made.withdrawn_at, made.location, made.near = timezone.now(), None, ""
        made.save(update_fields=["withdrawn_at", "location", "near"])
        AskPhoto.objects.filter(ask=made).delete()
        if made.post_id:
            Post.objects.filter(pk=made.post_id, withdrawn_at=None).update(withdrawn_at=made.withdrawn_at)
            refresh_entries([made.post_id])
    return made


def own_asks(viewer: Viewer):
    """What the viewer asked and did not take back; `own_residences` must be opened."""
    return Ask.objects.filter(author__in=viewer.alias_ids, withdrawn_at=None)


def _askable(organisation: Organisation, home: Home, *, knows_residence: bool) -> Askable:
    circles = [Level.RESIDENCE] if knows_residence and home.lives_there else []
    if organisation.kind == Organisation.Kind.MUNICIPALITY and organisation.municipality_id == home.municipality_id:
        circles += [Level.NEIGHBOURHOOD, Level.MUNICIPALITY]
    return Askable(organisation=organisation, knows_residence=knows_residence, circles=tuple(circles))


def _said(home: Home, level: str, words: dict[str, str]) -> Post | None:
    """Say it to a circle; nothing where the same words were just said there with a request to someone else."""
    where = "\n\n" + _("Où : %(place)s") % {"place": words["place"]} if words["place"] else ""
    text = words["text"] + where
    post = posting.post(home=home, category="question", title=words["title"], text=text, level=level)
    return None if Ask.objects.filter(post=post).exists() else post
