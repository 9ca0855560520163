"""Short words for tests of sheets at entrances."""

from __future__ import annotations

from directory.models import Display, Mailing
from geo.models import Residence
from scopes import second_lock
from scopes.models import Account, Management, Membership, Proof
from scopes.proofs.table import Kind
from tests.directory.mandated import send
from tests.neighbours import neighbour, person


def decisions(**more: object) -> dict[str, object]:
    """Fields of decisions that are displayed for a month."""
    return {"held_on": "2026-11-02", "decisions": "Le hall sera repeint.", **more}


def send_decisions(account: Account, mandate, residences) -> Mailing:
    """Decisions of a meeting, said to these residences."""
    return send(account, mandate, residences, template="decisions", data=decisions())


def sheets(mailing: Mailing) -> list[Display]:
    """The sheets of a mailing, by entrance."""
    with second_lock.opened(mailing.residences.values_list("pk", flat=True)):
        return list(Display.objects.filter(mailing=mailing))


def caretaker(residence: Residence, role: str = "caretaker") -> Membership:
    """Someone whom the manager of a residence confirmed in this role."""
    one = neighbour("Karim", residence, role=role, proved_by=Kind.CONFIRMATION)
    management = Management.objects.create(account=person("Régie"), residence=residence)
    Proof.objects.filter(membership=one).update(management=management)
    return one
