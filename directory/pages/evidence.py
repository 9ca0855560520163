"""What was attested, for whoever holds its digest: the same words as on the sheet, its content, and the sheet again."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import condition, require_safe

from directory.attesting import found_by
from directory.paper.evidence import entrance_in_words, evidence_pdf, facts_of, not_legal, residence_in_words
from geo.errors import NotFound

#: A sheet is kept by browsers and caches for so long, then asked after by its digest.
KEPT = timedelta(days=1)


@require_safe
def check(request: HttpRequest) -> HttpResponse:
    """Ask for the digest on a sheet of evidence."""
    asked = request.GET.get("empreinte", "")[:200]
    if not asked.strip():
        return render(request, "directory/evidence_check.html", {"asked": ""})
    try:
        return redirect("evidence", found_by(asked).digest)
    except NotFound:
        context = {"asked": asked, "is_unknown": True}
        return render(request, "directory/evidence_check.html", context, status=404)


@require_safe
def evidence(request: HttpRequest, digest: str) -> HttpResponse:
    """Say word for word what was attested, its digest being taken anew; in French, like the sheet."""
    found = found_by(digest)
    said = json.loads(found.content)
    with translation.override("fr"):
        told = {
            "not_legal": not_legal(),
            "facts": facts_of(said),
            "residences": [
                (residence_in_words(one), [entrance_in_words(entrance) for entrance in one["entrances"]])
                for one in said["residences"]
            ],
        }
    answer = render(request, "directory/evidence.html", told | {"evidence": found, "said": said})
    answer["X-Robots-Tag"] = "noindex"
    return answer


@require_safe
def content(request: HttpRequest, digest: str) -> HttpResponse:
    """Answer the very octets whose digest it is, so that anyone can take it."""
    answer = HttpResponse(found_by(digest).content, content_type="application/json; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="preuve.json"'
    return answer


@require_safe
@condition(etag_func=lambda request, digest: f'"{found_by(digest).digest}"')
def sheet(request: HttpRequest, digest: str) -> HttpResponse:
    """Answer the sheet as a PDF, which never changes: whoever has it is told so."""
    found = found_by(digest)
    answer = HttpResponse(_drawn(found.digest), content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="preuve-d-information.pdf"'
    answer["Cache-Control"] = f"public, max-age={int(KEPT.total_seconds())}, immutable"
    answer["X-Robots-Tag"] = "noindex"
    return answer


@lru_cache(maxsize=64)
def _drawn(digest: str) -> bytes:
    """Draw a sheet once: its digest is that of all it says, and nobody guesses others to have them drawn."""
    return evidence_pdf(found_by(digest))
