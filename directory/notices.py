"""What organisations told a home's residence: live, newest first, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from django.templatetags.static import static
from django.urls import reverse

from directory.models import Notice
from directory.moments import moment
from directory.notice_templates import pictogram_of, sentences_of
from directory.notifying import title_in_words
from scopes.viewer import Home, Viewer

#: A hall has no room for more.
MOST_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownNotice:
    """One notice in words."""

    id: str
    url: str
    title: str
    sentences: list[str]
    #: Address of its pictogram.
    icon: str
    sender: str
    contact: str
    when: str
    urgent: bool
    demonstration: bool


def notices_of(viewer: Viewer, home: Home) -> list[ShownNotice]:
    """The notices of one of the viewer's residences, those that are urgent first."""
    live = Notice.objects.live().visible_to(viewer).filter(residence=home.residence_id)
    newest = live.select_related("mailing__mandate__organisation", "municipality")
    return [shown(one) for one in newest.order_by("-mailing__urgent", "-published_at", "-pk")[:MOST_SHOWN]]


def shown(notice: Notice) -> ShownNotice:
    """Put a notice that the viewer may see in words."""
    mailing = notice.mailing
    over = mailing.restores_id is not None
    return ShownNotice(
        id=str(notice.public_id),
        url=reverse("notice", args=[notice.public_id]),
        title=title_in_words(mailing),
        sentences=[] if over else sentences_of(mailing.template, mailing.fields),
        icon=static(f"maki/{pictogram_of(mailing.template, mailing.fields)}.svg"),
        sender=mailing.mandate.organisation.name,
        contact=mailing.mandate.organisation.contact,
        when=moment(notice.opens_at or notice.published_at, time_zone=notice.municipality.time_zone),
        urgent=mailing.urgent and not over,
        demonstration=notice.demonstration,
    )
