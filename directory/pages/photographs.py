"""How a photo that a person sent is answered: to be looked at, kept by nobody, found by no search engine."""

from __future__ import annotations

from django.http import HttpResponse


def as_photo(content: bytes) -> HttpResponse:
    """Answer a JPEG that was drawn anew, without a name of its own."""
    answer = HttpResponse(content, content_type="image/jpeg")
    answer["Content-Disposition"] = 'inline; filename="photo.jpg"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["X-Robots-Tag"] = "noindex"
    return answer
