"""The manager's list of lots: it proves and never revokes, and its owner never learns who used it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from geo.errors import InvalidParameter
from geo.models import Residence
from geo.wording import plain
from scopes.homes import Membership
from scopes.people import Account
from scopes.proof_models import LotClaim, LotEntry
from scopes.proofs.attempting import begin_claim
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


@transaction.atomic
def claim_lot(*, membership: Membership, name: str, lot: str) -> Membership:
    """Note that someone says to be on the list; right or wrong, the answer is the same, and only a right one counts.

    Told apart, a stranger would learn by guessing who owns or rents what here: so the name is that of the account,
    which neighbours read when someone enters, and whether it was right shows only once another proof is there too.
    Raises `InvalidParameter` for the name of someone else, and `TooManyClaims`.
    """
    if not _is_of(membership.account, name):
        raise InvalidParameter("name", _("Écrivez le nom que porte votre compte : c’est le seul qui ouvre ici."))
    begin_claim(membership.account)
    digest = _digest(membership.residence_id, name, lot)
    listed = LotEntry.objects.filter(digest=digest, residence=membership.residence_id).exists()
    LotClaim.objects.create(account=membership.account)
    return prove(membership=membership, kind=Kind.LOTS, holds=listed)


def _is_of(account: Account, name: str) -> bool:
    """Whether the account's last name is among the words of this name."""
    own = set(plain(account.last_name).split())
    return bool(own) and own <= set(plain(name).split())


def _checked(number: int, name: str, lot: str) -> tuple[str, str]:
    if not plain(name) or not plain(lot):
        raise InvalidParameter("lots", _("Ligne %(number)s : il faut un nom et un lot.") % {"number": number})
    return name, lot


def _digest(residence_id: int, name: str, lot: str) -> str:
    """Keyed hash of what was written, however it is spelt: "DURAND Zoé" and "zoe durand" are one name."""
    words = " ".join(sorted(plain(name).split()))
    number = "".join(plain(lot).split()).lstrip("0")
    return salted_hmac("scopes.proofs.lots", f"{residence_id}|{words}|{number}", algorithm="sha256").hexdigest()
