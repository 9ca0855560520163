"""Letters to places open to the public: the code proves that who says "it is ours" takes in the post there."""

from __future__ import annotations

from django.db.models import F
from django.utils import timezone

from scopes.code_models import Code, Letter
from scopes.organisation_models import Organisation
from scopes.proofs.codes import digest_of, revoke


def ask_for_door_letter(*, organisation: Organisation, addressee: str, door: str) -> Letter:
    """Put a letter to this sign at this public address in the print queue; `door` is the street's line and the town's.

    Its code is shown to nobody who asks: it is made as the sheet is printed.
    """
    return Letter.objects.create(organisation=organisation, addressee=addressee[:160], door=door[:300])


def opens(letter: Letter | None, text: str) -> bool:
    """Use the code of this letter up if it is what was typed, in the caller's transaction."""
    usable = Code.objects.usable().filter(kind=Code.Kind.DOOR, letter=letter, digest=digest_of(text))
    code = usable.select_for_update().first() if letter else None
    if code is None:
        return False
    Code.objects.filter(pk=code.pk).update(uses=F("uses") + 1)
    return True


def stop(letter: Letter | None) -> None:
    """Send a letter no more, and take its code back."""
    if letter is None:
        return
    revoke(letter.codes.all())
    Letter.objects.waiting().filter(pk=letter.pk).update(dropped_at=timezone.now(), door="")
