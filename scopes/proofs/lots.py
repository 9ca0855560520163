"""The manager's list of lots: it proves and never revokes, and its owner never learns who used it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from geo.errors import InvalidParameter
from geo.models import Residence
from geo.wording import plain
from scopes.errors import LotRefused
from scopes.homes import Membership
from scopes.proof_models import LotEntry
from scopes.proofs.attempting import begin_attempt, note_failure
from scopes.proofs.proving import prove
from scopes.proofs.table import Kind

#: Lines for each dwelling: lots are also cellars and car parks, and a couple is two names.
LINES_FOR_A_DWELLING, LINES_ANYWAY = 6, 30


@transaction.atomic
def list_lots(*, residence: Residence, lines: Iterable[tuple[str, str]]) -> int:
    """Replace a residence's list by these names and lots, as keyed hashes; return how many.

    Those who entered by the former list stay: a list never revokes. Raises `InvalidParameter` naming the line at fault.
    """
    digests = {_digest(residence.pk, *_checked(number, *line)) for number, line in enumerate(lines, start=1)}
    if len(digests) > LINES_ANYWAY + LINES_FOR_A_DWELLING * (residence.dwellings or 0):
        raise InvalidParameter("lots", _("Cette liste a plus de lignes que la résidence n’a de lots."))
    LotEntry.objects.filter(residence=residence).delete()
    LotEntry.objects.bulk_create(LotEntry(residence=residence, digest=digest) for digest in sorted(digests))
    return len(digests)


def prove_by_lot(*, membership: Membership, name: str, lot: str) -> Membership:
    """Count name and lot as a proof when they are on the list; all that are not answer alike (`LotRefused`)."""
    with transaction.atomic():
        attempts = begin_attempt(membership.account)
        digest = _digest(membership.residence_id, name, lot)
        listed = LotEntry.objects.filter(digest=digest, residence=membership.residence_id).exists()
        refused = None if listed else note_failure(attempts, LotRefused)
        proved = prove(membership=membership, kind=Kind.LOTS) if listed else membership
    if refused:
        raise refused
    return proved


def _checked(number: int, name: str, lot: str) -> tuple[str, str]:
    if not plain(name) or not plain(lot):
        raise InvalidParameter("lots", _("Ligne %(number)s : il faut un nom et un lot.") % {"number": number})
    return name, lot


def _digest(residence_id: int, name: str, lot: str) -> str:
    """Keyed hash of what was written, however it is spelt: "DURAND Zoé" and "zoe durand" are one name."""
    words = " ".join(sorted(plain(name).split()))
    number = "".join(plain(lot).split()).lstrip("0")
    return salted_hmac("scopes.proofs.lots", f"{residence_id}|{words}|{number}", algorithm="sha256").hexdigest()
