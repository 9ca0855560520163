"""Prints what an import did."""

from __future__ import annotations

from django.utils.translation import gettext as _
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from geo.models import Release


def print_release(console: Console, release: Release) -> None:
    """Print the report of a release as a table, its warnings below."""
    told = release.report
    title = f"{release.get_dataset_display()} · {release.source} · {release.territory} {release.vintage}".strip()
    table = Table("", _("lignes"), _("lesquelles"), title=f"{title} : {release.get_state_display()}")
    for label, count in _counts(told):
        table.add_row(label, str(count))
    for label, name in ((_("réparées"), "repaired"), (_("refusées"), "rejected"), (_("écartées"), "ignored")):
        for reason, of in told[name].items():
            more = ", …" if of["count"] > len(of["rows"]) else ""
            table.add_row(f"{label} : {escape(reason)}", str(of["count"]), ", ".join(map(str, of["rows"])) + more)
    console.print(table)
    for warning in told["warnings"]:
        console.print(f"[yellow]{_('À vérifier')}[/] : {escape(warning)}")
    seconds = told["seconds"] + told.get("activation_seconds", 0)
    console.print(_("En %(seconds).1f s.") % {"seconds": seconds})


def _counts(told: dict) -> list[tuple[str, int]]:
    counts = [
        (_("lues"), told["read"]),
        (_("chargées"), told["loaded"]),
        (_("ajoutées"), told["added"]),
        (_("changées"), told["changed"]),
        (_("disparues"), told["closed"]),
    ]
    return counts + ([(_("hors des communes connues"), told["unplaced"])] if told.get("unplaced") else [])
