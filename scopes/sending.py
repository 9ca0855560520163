"""Sends mail: the request writes down what is to be said, a job says it.

Writing down is all that a request does, whatever the mail: it takes the same time for all. A mail is plain text and the
same text as simple HTML; it has no picture, no number of a person, and no building in its subject (privacy.md, 3.8).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils import timezone, translation

from scopes.handing_over import MailServer, hand_over
from scopes.outgoing_mail import OutgoingMail
from scopes.people import Account

#: How long it is tried to send a mail that says nothing else.
USE = timedelta(days=1)
#: That a mail was sent is remembered for so long, without its contents.
REMEMBERED = timedelta(days=7)
#: What waits for so long has lost its job.
ASTRAY = timedelta(hours=3)


def write_to(*, account: Account, template: str, use: timedelta = USE, **values: object) -> OutgoingMail | None:
    """Write to an account in its language; nothing where it has no address, or is closed."""
    if not account.email or not account.is_active:
        return None
    return send(to=account.email, template=template, language=account.language, use=use, **values)


@transaction.atomic
def send(*, to: str, template: str, language: str, use: timedelta = USE, **values: object) -> OutgoingMail:
    """Have `templates/mail/<template>.txt` sent to an address, unless `use` passes before it can be."""
    from scopes.tasks import deliver_mail  # the task calls `deliver`

    too_late_at = timezone.now() + use
    mail = OutgoingMail.objects.create(
        to=to, template=template, language=language, values=values, too_late_at=too_late_at
    )
    deliver_mail.defer(mail_id=mail.pk)
    return mail


def deliver(mail_id: int) -> None:
    """Send a mail and erase what it said; done twice, it is sent once. Raises what the mail server answers."""
    own = OutgoingMail.objects.filter(pk=mail_id)
    own.waiting().filter(too_late_at__lte=timezone.now()).delete()
    with MailServer() as server:
        hand_over(own, give=lambda mail: server.take(written(mail)), done=lambda mail: {"to": "", "values": {}})


def resume_mails() -> None:
    """Give a job to mails that lost theirs: it failed too often while the mail server was away."""
    from scopes.tasks import deliver_mail

    now = timezone.now()
    # A mail's job gives up after two hours and a half (`scopes.jobs.PATIENCE`).
    late = OutgoingMail.objects.waiting().filter(too_late_at__gt=now, queued_at__lt=now - ASTRAY)
    for mail_id in late.values_list("pk", flat=True):
        deliver_mail.defer(mail_id=mail_id)


def forget_mails() -> None:
    """Forget what could not be sent in time, and that the rest was sent."""
    now = timezone.now()
    OutgoingMail.objects.waiting().filter(too_late_at__lt=now).delete()
    OutgoingMail.objects.filter(sent_at__lt=now - REMEMBERED).delete()
    OutgoingMail.objects.filter(refused_at__lt=now - REMEMBERED).delete()


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A mail in one language, before it is addressed."""

    subject: str
    body: str
    html: str

    def to(self, address: str, *, number: UUID, **headers: str) -> EmailMultiAlternatives:
        """Address it; its Message-ID tells the number and the site, and nothing of the reader."""
        headers = {"Message-ID": message_id(number), "Auto-Submitted": "auto-generated", **headers}
        message = EmailMultiAlternatives(self.subject, self.body, to=[address], headers=headers)
        message.attach_alternative(self.html, "text/html")
        return message


def message_id(number: UUID) -> str:
    """The Message-ID of what has this number."""
    return f"<{number}@{urlsplit(settings.SITE_URL).hostname}>"


def written(mail: OutgoingMail) -> EmailMultiAlternatives:
    """Return the mail as it is sent."""
    return text_of(mail.template, mail.language, mail.values).to(mail.to, number=mail.number)


def text_of(template: str, language: str, values: dict[str, object]) -> Text:
    """Say a template in a language: the first line of its text is the subject."""
    with translation.override(language):
        context = Context(values | {"site": settings.SITE_URL}, autoescape=False)
        text = get_template(f"mail/{template}.txt").template.render(context)
        subject, _blank, body = text.strip().partition("\n")
        body = re.sub(r"\n{3,}", "\n\n", body.strip()) + "\n"
        return Text(subject=subject.strip(), body=body, html=render_to_string("mail/frame.html", _paragraphs(body)))


def _paragraphs(body: str) -> dict[str, object]:
    """The paragraphs of a text; one that is set in by four spaces stands out."""
    paragraphs = [
        {"text": paragraph.strip(), "stands_out": paragraph.startswith("    ")}
        for paragraph in body.split("\n\n")
        if paragraph.strip()
    ]
    return {"paragraphs": paragraphs, "language": translation.get_language()}
