"""What kept analyses know of a person: who kept which, for the registry."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from directory.analysis_models import Analysis, AnalysisResult
from scopes.rights.registry import nameless, part, register


def register_analyses() -> None:
    """Register who keeps analyses of coverage; what these tell is public, and of nobody."""
    register(
        Analysis,
        title=_("analyses de couverture que vous avez gardées pour la ville"),
        purpose=_("garder, au sein de la mairie, la trace de qui l’a fait"),
        kept=_("tant que le compte existe ; ensuite sans nom"),
        rows=lambda person: Analysis.objects.filter(kept_by=person.account_id),
        without=frozenset({"sites", "site_names"}),
        erase=nameless("kept_by"),
    )
    part(AnalysisResult, of=Analysis)
