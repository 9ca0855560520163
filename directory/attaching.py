"""Attaches photos to what is shared: drawn anew, in the row's own lock, as many as its kind bears."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import ngettext

from directory.kinds import ExchangeKind
from directory.models import Listing, ListingPhoto
from directory.organisation_kinds import OrganisationKind
from directory.photos import Photo, drawn_anew, in_small
from geo.errors import InvalidParameter


def drawn_for(kind: ExchangeKind | OrganisationKind, photos: Sequence[bytes], *, beside: int = 0) -> list[Photo]:
    """Draw the photos of something of this kind anew; raise `InvalidParameter` for one too many, or what is none."""
    if beside + len(photos) > kind.most_photos:
        words = ngettext("%(most)d photo au plus.", "%(most)d photos au plus.", kind.most_photos)
        raise InvalidParameter("photos", words % {"most": kind.most_photos})
    return [drawn_anew(photo, parameter="photos") for photo in photos]


def attach(shared: Listing, photos: Sequence[Photo]) -> None:
    """Attach photos that were drawn anew, in their order."""
    for photo in photos:
        ListingPhoto.objects.create(
            listing=shared,
            residence_id=shared.residence_id,
            content=photo.content,
            width=photo.width,
            height=photo.height,
            small=in_small(photo).content,
        )
