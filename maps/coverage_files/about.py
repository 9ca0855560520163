"""What stands in every file of an analysis besides its figures: its title, its day, its address, data and licences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import gettext as _

from directory.findings import Findings
from geo.loaded import is_in_part
from maps.coverage_told import added, dataset_name, near, notes, what_of
from maps.sources import credits_of, publisher, spoken, vintage
from maps.wording import percent
from scopes.moments import calendar_day, clock, full_day

#: Datasets whose source asks for no name on the map.
UNCREDITED = ("census", "own")


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a file says of itself, in the active language."""

    town: str
    service: str
    #: "500 m", "10 min à pied".
    near: str
    #: "63 %", and what of: "des logements de Nantes en ont à moins de 500 m".
    share: str
    of_what: str
    #: The moment at which sites are open; empty where none was asked.
    open_at: str
    #: That sites are counted which do not exist; empty where none are.
    proposed: str
    made_on: date
    #: Where the same is read on the site; where the sites were given and are kept nowhere, where it is made again.
    address: str
    is_online: bool
    notes: tuple[str, ...]
    #: Data with their publishers, years and licences, a line each.
    sources: tuple[str, ...]
    #: Who asks to be named, in one line.
    credits: str

    @property
    def title(self) -> str:
        """The whole as a sentence: "Boulangerie : 63 % des logements de Nantes en ont à moins de 500 m."."""
        words = {"service": self.service, "share": self.share, "of_what": self.of_what}
        return _("%(service)s : %(share)s %(of_what)s") % words

    @property
    def way_back(self) -> str:
        """What is found at the address."""
        if self.is_online:
            return _("La carte, le tableau et les données, à lire et à emporter :")
        return _("Ces lieux ne sont gardés nulle part. Pour refaire l’analyse, avec la même liste :")

    @property
    def day(self) -> str:
        """When it was made, in words."""
        return full_day(self.made_on)

    def file_name(self, ending: str) -> str:
        """A name that every system takes: "couverture-nantes-boulangerie-500-m-2026-12-01.csv"."""
        words = slugify(f"couverture {self.town} {self.service} {self.near}")[:100].rstrip("-")
        return f"{words}-{self.made_on}.{ending}"

    def disposition(self, ending: str) -> str:
        """How a browser is told to keep the file (RFC 6266): a plain name, and the one that people read."""
        read = f"{self.town}, {self.service}, {self.near}, {self.made_on}.{ending}"
        return f"attachment; filename=\"{self.file_name(ending)}\"; filename*=UTF-8''{quote(read, safe='')}"


def about(findings: Findings, path: str, *, is_online: bool = True) -> About:
    """Say what findings are of; `path` is their page on the site, or that of any analysis where they have none."""
    town, close = findings.town.name, near(findings.threshold, findings.pace)
    words = {"town": town, "near": close}
    if is_in_part(findings.loaded):
        of_what = _("des logements de la partie chargée de %(town)s en ont à moins de %(near)s.") % words
    else:
        of_what = _("des logements de %(town)s en ont à moins de %(near)s.") % words
    return About(
        town=town,
        service=what_of(findings),
        near=close,
        share=percent(findings.whole.homes.percent),
        of_what=of_what,
        open_at=_moment(findings) if findings.open_at else "",
        proposed=added(findings),
        made_on=findings.made_on,
        address=settings.SITE_URL.rstrip("/") + path,
        is_online=is_online,
        notes=tuple(notes(findings)),
        sources=tuple(source_lines(findings)),
        credits=credits_of((one.source, one.licence) for one in findings.sources if one.dataset not in UNCREDITED),
    )


def _moment(findings: Findings) -> str:
    """The moment asked about, in words that stay true tomorrow."""
    local = findings.open_at.astimezone(ZoneInfo(findings.town.time_zone))
    words = {"day": calendar_day(local.date(), today=findings.made_on), "hour": clock(local)}
    return _("%(day)s à %(hour)s") % words


def source_lines(findings: Findings) -> list[str]:
    """Data by publisher, licence and year; several datasets of one are one line."""
    kinds: dict[tuple[str, str, str], list[str]] = {}
    for one in findings.sources:
        if one.dataset == "own":
            continue
        named = _("INSEE, recensement de la population") if one.dataset == "census" else publisher(one.source)
        kinds.setdefault((named, one.vintage, one.licence), []).append(dataset_name(one.dataset))
    lines = []
    for (named, year, licence), datasets in kinds.items():
        what = ", ".join(dict.fromkeys(datasets))
        when = f", {vintage(year)}" if year else ""
        under = spoken(licence) if licence else _("licence non indiquée")
        lines.append(f"{what[:1].upper()}{what[1:]} : {named}{when} · {under}")
    if findings.named:
        lines.append(_("Lieux : la liste « %(name)s », donnée pour cette analyse") % {"name": findings.named})
    return lines
