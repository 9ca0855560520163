"""Shows a release instead of the one before it, or goes back: one transaction, and everything derived follows."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.errors import ImportRefused
from geo.locks import Lock
from geo.models import Activation, Municipality, Release
from geo.settling import Settled, settle

Step = Callable[[Settled], None]
#: Notes what stands before a step changes it, and returns what follows once all are done.
Look = Callable[[Settled], Callable[[], object]]

#: One activation at a time: they change places of all datasets.
_TURN = Lock("activation")

_steps: dict[str, list[Step]] = {}
_looks: dict[str, list[Look]] = {}


def after(dataset: str) -> Callable[[Step], Step]:
    """Register a step that runs, in the same transaction and in the order of registration, after places changed.

    Registered in `AppConfig.ready()`. A step gets what changed (`Settled`) and brings up to date what is derived from
    it: for the municipalities named there only.
    """

    def register(step: Step) -> Step:
        steps = _steps.setdefault(dataset, [])
        if step not in steps:
            steps.append(step)
        return step

    return register


def around(dataset: str) -> Callable[[Look], Look]:
    """Register what is looked at before the steps, in the same transaction, and followed by what it returns."""

    def register(look: Look) -> Look:
        looks = _looks.setdefault(dataset, [])
        if look not in looks:
            looks.append(look)
        return look

    return register


@transaction.atomic
def activate(*, release: Release, force: bool = False) -> Release:
    """Show this release; the active one of the same dataset, source and territory is superseded.

    Raises `ImportRefused` when the release was not loaded, or has warnings and nobody insists (`force`).
    """
    _begin(release)
    if release.state == Release.State.ACTIVE:
        return release
    if release.state not in (Release.State.LOADED, Release.State.SUPERSEDED):
        raise ImportRefused(_("Ce millésime n’a pas été chargé : il ne peut pas être activé."))
    warnings = release.report.get("warnings", [])
    if warnings and not force:
        raise ImportRefused(_("Ce millésime demande une vérification : %(why)s") % {"why": " ".join(warnings)})
    previous = _same_series(release).filter(state=Release.State.ACTIVE).first()
    if previous:
        _become(previous, Release.State.SUPERSEDED)
    _become(release, Release.State.ACTIVE, activated_at=timezone.now())
    Activation.objects.create(release=release, at=release.activated_at)
    return _settle(release, [release, previous] if previous else [release])


@transaction.atomic
def roll_back(*, release: Release) -> Release | None:
    """Hide this active release and show again what was shown before it, which is returned; None where nothing was."""
    _begin(release)
    if release.state != Release.State.ACTIVE:
        raise ImportRefused(_("Ce millésime n’est pas actif : il n’y a rien à annuler."))
    release.activations.first().delete()
    before = release.activations.first()
    _become(
        release,
        Release.State.SUPERSEDED if before else Release.State.LOADED,
        activated_at=before and before.at,
    )
    shown = Activation.objects.filter(release__in=_same_series(release)).first()
    previous = shown and shown.release
    if previous:
        _become(previous, Release.State.ACTIVE)
    _settle(release, [release, previous] if previous else [release])
    return previous


def take_turns() -> None:
    """Wait until no other transaction changes what is derived from releases."""
    _TURN.hold()


def _begin(release: Release) -> None:
    """Wait for other activations, then read the state as they left it."""
    take_turns()
    release.refresh_from_db()


def _same_series(release: Release):
    """The other vintages of the same data."""
    same = Release.objects.filter(dataset=release.dataset, source=release.source, territory=release.territory)
    return same.exclude(pk=release.pk)


def _become(release: Release, state: Release.State, **changes: object) -> None:
    for name, value in ({"state": state} | changes).items():
        setattr(release, name, value)
    release.save(update_fields=["state", *changes])


def _settle(release: Release, releases: Iterable[Release]) -> Release:
    """Bring places and what is derived from them up to date; count it in the release's report."""
    started = time.monotonic()
    settled = _settle_and_follow(release.dataset, [release.pk for release in releases])
    release.report |= {
        "added": settled.added,
        "changed": settled.changed,
        "closed": settled.closed,
        "unplaced": settled.unplaced,
        "activation_seconds": round(time.monotonic() - started, 1),
    }
    release.save(update_fields=["report"])
    return release


def _settle_and_follow(dataset: str, releases: list[int]) -> Settled:
    settled = settle(dataset=dataset, releases=releases)
    if not settled.is_empty:
        follow(settled)
    return settled


def follow(settled: Settled) -> None:
    """Bring up to date what is derived from places that changed, in the caller's transaction.

    The steps of `geo` come first: the others read what they made.
    """
    afterwards = [look(settled) for look in _looks.get(settled.dataset, ())]
    for step in sorted(_steps.get(settled.dataset, ()), key=lambda step: not step.__module__.startswith("geo.")):
        step(settled)
    for following in afterwards:
        following()


def settle_dependents(settled: Settled) -> None:
    """Place again what lies in municipalities that appeared or whose limits moved."""
    moved = Municipality.objects.filter(pk__in=settled.municipality_ids, boundary__bboverlaps=OuterRef("extent"))
    for dataset in ("neighbourhoods", "buildings", "addresses", "streets"):
        releases = Release.objects.active().filter(Exists(moved), dataset=dataset).values_list("pk", flat=True)
        if releases:
            _settle_and_follow(dataset, list(releases))
