"""What is known of how notices reach people, for the registry."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from directory.models import Announcement, Follow, Mailing, NoticeChoice, SenderMute
from scopes.rights.registry import part, register


def register_reaching() -> None:
    """Register what people chose and silenced."""
    register(
        NoticeChoice,
        title=_("comment les avis vous parviennent"),
        purpose=_("vous prévenir comme vous l’avez choisi"),
        kept=_("tant que le compte existe"),
        rows=lambda person: NoticeChoice.objects.filter(account=person.account_id),
    )
    register(
        SenderMute,
        title=_("avis que vous ne recevez plus"),
        purpose=_("ne plus vous les envoyer, sans que l’organisme l’apprenne"),
        kept=_("jusqu’à ce que vous changiez d’avis"),
        rows=lambda person: SenderMute.objects.filter(account=person.account_id).select_related("organisation"),
        also=lambda mute: {"sender": mute.organisation.name},
    )
    register(
        Follow,
        title=_("ce que vous suivez"),
        purpose=_("vous écrire de ce qui y paraît, comme vous l’avez choisi"),
        kept=_("jusqu’à ce que vous y mettiez fin, ou quittiez ce domicile"),
        rows=lambda person: Follow.objects.filter(account=person.account_id),
        without=frozenset({"towns"}),
    )
    part(Announcement, of=Mailing)
