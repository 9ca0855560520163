"""The code on a poster in the hall: it shows that someone gets in, for a fortnight, as often as there are dwellings."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from geo.errors import InvalidParameter
from geo.models import Residence
from geo.texts import one_line
from scopes.code_models import Code
from scopes.proof_models import Proof
from scopes.proofs.codes import make_code, revoke
from scopes.proofs.proving import take_back
from scopes.proofs.table import Kind

HANGS_FOR = timedelta(days=14)
LONGEST_ENTRANCE = 120


@transaction.atomic
def hang_poster(*, residence: Residence, entrance: str) -> tuple[str, Code]:
    """Make the code of a new poster for one entrance; the entrance's former code opens nothing any more.

    Returns the text, for the poster alone, and the code. Raises `InvalidParameter` where there is no hall.
    """
    Residence.objects.select_for_update(no_key=True, of=["self"]).get(pk=residence.pk)
    if residence.houses_of_id or residence.closed_on:
        raise InvalidParameter("residence", _("Il n’y a pas de hall à cette adresse."))
    missing = _("Dites quelle entrée : une adresse, un escalier.")
    entrance = one_line(entrance, parameter="entrance", longest=LONGEST_ENTRANCE, missing=missing)
    revoke(Code.objects.filter(kind=Code.Kind.HALL, residence=residence, entrance=entrance))
    return make_code(
        kind=Code.Kind.HALL,
        residence_id=residence.pk,
        entrance=entrance,
        expires_at=timezone.now() + HANGS_FOR,
        most_uses=max(residence.dwellings or 0, 1),
    )


@transaction.atomic
def take_down(*, code: Code) -> Code:
    """Take a poster's code back, and what it proved to those who are not settled yet: it was read by others."""
    revoke(Code.objects.filter(pk=code.pk))
    now = timezone.now()
    proofs = Proof.objects.filter(kind=Kind.HALL_CODE, code=code)
    take_back(proofs.exclude(spent=True, membership__provisional_until__lte=now))
    code.refresh_from_db()
    return code
