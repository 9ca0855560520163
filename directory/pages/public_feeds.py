"""A public feed, read by programs; and the page that ends it."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from directory.feed_writing import WRITERS
from directory.public_feeds import end_feed, feed_of, newest_events_in, newest_in

#: Seconds for which a program need not ask again; no cache on the way keeps what may be ended.
KEPT = 600


@require_safe
def feed(request: HttpRequest, token: str, form: str) -> HttpResponse:
    """Answer a feed, the same to whoever reads it; one that was ended answers as one that never was."""
    found = feed_of(token)
    listings = list((newest_events_in if form == "ics" else newest_in)(found))
    media_type, write = WRITERS[form]
    with translation.override(found.language):
        body = write(found, request.build_absolute_uri(request.path), listings).encode()
    response = HttpResponse(body, content_type=media_type)
    newest = max((listing.opens_at or listing.published_at for listing in listings), default=None)
    if form == "ics":
        newest = None  # a date that was moved is no newer by it: the content alone decides
    changed = int(newest.timestamp()) if newest else None
    if changed is not None:
        response["Last-Modified"] = http_date(changed)
    # Asked by both, the content decides: what was taken back changes it, and is no newer.
    response["ETag"] = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    response["Cache-Control"] = f"private, max-age={KEPT}"
    response["X-Robots-Tag"] = "noindex"
    return get_conditional_response(request, etag=response["ETag"], last_modified=changed, response=response)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: HttpRequest, token: str) -> HttpResponse:
    """End a feed for good, by the address that was shown with it; an unknown one is answered alike."""
    if request.method == "POST":
        end_feed(token)
    response = render(request, "directory/feed_end.html", {"done": request.method == "POST"})
    response["X-Robots-Tag"] = "noindex"
    return response
