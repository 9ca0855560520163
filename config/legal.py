"""The pages that the law asks for: who publishes the site, what becomes of personal data, how far it is accessible."""

from __future__ import annotations

from django.conf import settings
from django.core.checks import Tags, Warning, register
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from scopes.rights import archives, holding, inactivity
from scopes.rights.records import Use
from scopes.rights.registry import personal

#: What the law asks a publisher to say (law 2004-575, article 1-1, III; GDPR, articles 13 and 37; docs/legal.md, 13).
OWED = ("name", "address", "phone", "contact", "director", "host")


class Accessibility(models.TextChoices):
    """The three statuses of the RGAA; without an audit in force it is the last (law 2005-102, article 47)."""

    FULL = "full", gettext_lazy("totalement conforme")
    PARTIAL = "partial", gettext_lazy("partiellement conforme")
    NONE = "none", gettext_lazy("non conforme")


def accessibility() -> Accessibility:
    """Return the status that the town declares."""
    return Accessibility(settings.ACCESSIBILITY_STATUS)


@register(Tags.security, deploy=True)
def publisher_is_named(**options: object) -> list[Warning]:
    """Warn, before going into service, of what the legal notice still lacks."""
    lacking = [f"ALENTOUR_PUBLISHER_{name.upper()}" for name in OWED if not settings.PUBLISHER[name]]
    hint = f"Set {', '.join(lacking)} in the environment (docs/privacy.md)."
    return [Warning("The legal notice is not complete.", hint=hint, id="alentour.W001")] if lacking else []


@require_safe
def notice(request: HttpRequest) -> HttpResponse:
    """Answer `/mentions-legales/`: who publishes, directs and hosts the site, and how to reach them."""
    return render(request, "legal/notice.html", {"publisher": _publisher()})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Answer `/confidentialite/`: what is kept of whom, why and for how long, read off the registry of rights."""
    told = {
        "publisher": _publisher(),
        "known": sorted(personal(), key=lambda known: str(known.title)),
        "uses": list(Use),
        "holds_identities": holding.holds_identities(),
        "held_years": holding.HELD.days // 365,
        "kept_years": inactivity.KEPT.days // 365,
        "notice_days": inactivity.NOTICE.days,
        "fetchable_hours": archives.FETCHABLE.total_seconds() // 3600,
        "session_days": settings.SESSION_COOKIE_AGE // (24 * 3600),
    }
    return render(request, "legal/privacy.html", told)


@require_safe
def accessible(request: HttpRequest) -> HttpResponse:
    """Answer `/accessibilite/`: the declaration of article 47 of law 2005-102, in the words of the RGAA."""
    told = {"publisher": _publisher(), "status": accessibility(), "audited_on": settings.ACCESSIBILITY_AUDIT}
    return render(request, "legal/accessibility.html", told)


def _publisher() -> dict[str, str]:
    """What the town said of itself; what it did not say, said so."""
    return {name: told or _("(à compléter par la ville)") for name, told in settings.PUBLISHER.items()}
