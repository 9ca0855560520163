"""Keeps analyses of coverage for a town, adds what is found on another day, and takes them back."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.gis.geos import MultiPoint, Point
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.analysis_models import Analysis, AnalysisResult
from directory.coverage import CoverageRequest, cover
from directory.coverage_choices import as_address, read_choices
from directory.findings import Findings, findings_of
from directory.frozen_findings import freeze, pack, thaw
from directory.gone_sites import without_gone_sites
from directory.own_sites import OwnSites
from geo.errors import InvalidParameter, NotFound
from geo.models import WGS84, FormerMunicipality, Municipality
from scopes.errors import Refused
from scopes.organisations.acting import town_halls_of
from scopes.people import Account

#: Analyses of a town, and dates of one: ten years of months.
MOST_ANALYSES, MOST_RESULTS = 200, 120
#: Bytes of a result: Nantes as a whole has a tenth.
MOST_BYTES = 20_000_000


def towns_kept_for(account: Account) -> QuerySet[Municipality]:
    """The communes that an account keeps analyses for: those whose town hall it acts for; the staff's are all."""
    towns = Municipality.objects.open().defer("boundary")
    return towns if account.is_staff else towns.filter(pk__in=town_halls_of(account).values("municipality"))


def may_keep(account: Account, town: Municipality) -> bool:
    """Whether an account keeps analyses for a town; of a commune that has been merged, its successor's hall does."""
    if not account.is_authenticated:
        return False
    former = FormerMunicipality.objects.filter(insee_code=town.insee_code).values("successor")
    here = Q(pk=town.pk) if town.closed_on is None else Q(pk__in=former)
    return account.is_staff or towns_kept_for(account).filter(here).exists()


def keep(*, account: Account, query: QueryDict, own: OwnSites | None = None) -> Analysis:
    """Make an analysis and keep it, under the address that it has or a new one; of one day the last is kept.

    Sites that were given for it are kept with it, and their names.

    Raises `NotFound` for who may not, `InvalidParameter`, and `Refused` where there is too much, or nothing, to keep.
    """
    asked = _asked(query, own)
    if not may_keep(account, asked.town):
        raise NotFound
    findings = findings_of(cover(asked))
    with transaction.atomic():
        # Two at once would both find none; nobody who publishes in the town waits for it.
        town = Municipality.objects.select_for_update(no_key=True).defer("boundary").get(pk=asked.town.pk)
        analysis = _found_or_new(town, as_address(query, asked), own, account)
        add_result(analysis, findings)
    return analysis


def _asked(query: QueryDict, own: OwnSites | None) -> CoverageRequest:
    asked = read_choices(query, own)
    if asked is None:
        raise InvalidParameter("town", _("Dites d’abord la commune."))
    return asked


def _found_or_new(town: Municipality, query: str, own: OwnSites | None, account: Account) -> Analysis:
    """The analysis of this town that asks the same, shown again where it was taken back; or a new one."""
    if len(query) > Analysis._meta.get_field("query").max_length:
        raise InvalidParameter("town", _("Cette question est trop longue pour être gardée."))
    kept = Analysis.objects.filter(town=town)
    same = kept.filter(query=query, sites__isnull=own is None)
    analysis = next((one for one in same if own_sites_of(one) == own), None)
    if analysis is None:
        if kept.count() >= MOST_ANALYSES:
            raise Refused(_("Une commune garde au plus %(most)d analyses.") % {"most": MOST_ANALYSES})
        points = [Point(*place) for place in own.places] if own else []
        columns = {"sites": MultiPoint(*points, srid=WGS84), "site_names": own.names} if own else {}
        return Analysis.objects.create(town=town, query=query, kept_by=account, **columns)
    Analysis.objects.filter(pk=analysis.pk).update(withdrawn_at=None)
    return analysis


def own_sites_of(analysis: Analysis) -> OwnSites | None:
    """The sites that an analysis was given for itself alone; None where it asks for a service."""
    if analysis.sites is None:
        return None
    query = QueryDict(analysis.query)
    return OwnSites(
        name=query["named"],
        places=tuple(analysis.sites.coords),
        names=tuple(analysis.site_names),
        left_out=int(query.get("left_out", 0)),
    )


def add_result(analysis: Analysis, findings: Findings) -> AnalysisResult:
    """Freeze what was found under the address of an analysis; raise `Refused` where that is too much, or nothing."""
    if not findings.is_told:
        raise Refused(_("Trop peu de logements de cette commune sont chargés : il n’y a rien à garder."))
    if analysis.results.exclude(made_on=findings.made_on).count() >= MOST_RESULTS:
        raise Refused(_("Une analyse garde au plus %(most)d dates.") % {"most": MOST_RESULTS})
    frozen = {"told": freeze(findings), "buildings": pack(findings.buildings)}
    if len(json.dumps(frozen["told"])) + len(frozen["buildings"]) > MOST_BYTES:
        raise Refused(_("Ce résultat est trop grand pour être gardé."))
    result, _is_new = analysis.results.update_or_create(made_on=findings.made_on, defaults=frozen)
    return result


def held(account: Account, public_id: UUID) -> Analysis:
    """The analysis that an account keeps for its town, taken back or not; raise `NotFound` for any other."""
    analysis = Analysis.objects.filter(public_id=public_id).select_related("town").defer("town__boundary").first()
    if analysis is None or not may_keep(account, analysis.town):
        raise NotFound
    return analysis


def make_again(*, account: Account, public_id: UUID) -> AnalysisResult:
    """Add what is found today under the address of an analysis, and show it again where it was taken back."""
    analysis = held(account, public_id)
    result = made_again(analysis)
    Analysis.objects.filter(pk=analysis.pk).update(withdrawn_at=None)
    return result


def take_back(*, account: Account, public_id: UUID) -> None:
    """Hide an analysis with all its dates from everyone, until it is shown again; its renewals stop."""
    own = Analysis.objects.filter(pk=held(account, public_id).pk, withdrawn_at=None)
    own.update(withdrawn_at=timezone.now(), is_renewed=False, renewal_failed_on=None)


def show_again(*, account: Account, public_id: UUID) -> None:
    """Show an analysis that was taken back, at the address that it had."""
    Analysis.objects.filter(pk=held(account, public_id).pk).update(withdrawn_at=None)


def made_again(analysis: Analysis) -> AnalysisResult:
    """Add what is found today, whoever asks for it; raise `InvalidParameter`, `NotFound` and `Refused`."""
    asked = asked_today(analysis)
    if asked.town != analysis.town:
        raise InvalidParameter(
            "town", _("Cette commune n’existe plus : faites la même analyse de celle qui l’a suivie.")
        )
    findings = findings_of(cover(asked))
    with transaction.atomic():
        # Two at once would find no result of today, both.
        held = Analysis.objects.select_for_update(of=["self"]).get(pk=analysis.pk)
        return add_result(held, findings)


def asked_today(analysis: Analysis) -> CoverageRequest:
    """Read what an analysis asks today."""
    return _asked(query_today(analysis), own_sites_of(analysis))


def query_today(analysis: Analysis) -> QueryDict:
    """What an analysis asks, as the address of the page says it: a Monday at 8 that is past is the next one."""
    query = QueryDict(analysis.query, mutable=True)
    if "open_at" in query:
        moment = datetime.fromisoformat(query["open_at"]).replace(tzinfo=ZoneInfo(analysis.town.time_zone))
        weeks = -((moment - timezone.now()) // timedelta(weeks=1))
        query["open_at"] = f"{moment + timedelta(weeks=max(0, weeks)):%Y-%m-%dT%H:%M}"
    return query


def dates_of(analysis: Analysis) -> list[date]:
    """The days on which an analysis was made, the latest first."""
    return list(analysis.results.values_list("made_on", flat=True))


def findings_on(analysis: Analysis, day: date | None = None) -> Findings:
    """What an analysis found on a day, else the latest; raise `NotFound` where it was not made.

    Its sites are those that are still public.
    """
    results = analysis.results.filter(made_on=day) if day else analysis.results.all()
    result = results.first()
    if result is None:
        raise NotFound
    names = tuple(analysis.site_names or ())
    return without_gone_sites(thaw(analysis.town, result.told, bytes(result.buildings), site_names=names))
