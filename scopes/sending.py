"""Sends mail: the request writes down what is to be said, a job says it.

Writing down is all that a request does, whatever the mail: it takes the same time for all. A mail is plain text and the
same text as simple HTML; it has no picture, no number of a person, and no building in its subject (privacy.md, 3.8).
"""

from __future__ import annotations

import re
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template import Context
from django.template.loader import get_template, render_to_string
from django.utils import timezone, translation

from scopes.outgoing_mail import OutgoingMail
from scopes.people import Account

#: How long it is tried to send a mail that says nothing else.
USE = timedelta(days=1)


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
    """Send a mail and forget it; done twice, it is sent once. Raises what the mail server answers."""
    with transaction.atomic():
        mail = OutgoingMail.objects.select_for_update(skip_locked=True).filter(pk=mail_id).first()
        if mail is None:
            return
        if mail.too_late_at > timezone.now():
            written(mail).send()
        mail.delete()


def forget_late_mails() -> None:
    """Forget what could not be sent in time."""
    OutgoingMail.objects.filter(too_late_at__lt=timezone.now()).delete()


def written(mail: OutgoingMail) -> EmailMultiAlternatives:
    """Return the mail as it is sent: the first line of its text is the subject."""
    with translation.override(mail.language):
        values = mail.values | {"site": settings.SITE_URL}
        text = get_template(f"mail/{mail.template}.txt").template.render(Context(values, autoescape=False))
        subject, _blank, body = text.strip().partition("\n")
        body = re.sub(r"\n{3,}", "\n\n", body.strip()) + "\n"
        message = EmailMultiAlternatives(subject.strip(), body, to=[mail.to])
        message.attach_alternative(render_to_string("mail/frame.html", _paragraphs(body)), "text/html")
    return message


def _paragraphs(body: str) -> dict[str, object]:
    """The paragraphs of a text; one that is set in by four spaces stands out."""
    paragraphs = [
        {"text": paragraph.strip(), "stands_out": paragraph.startswith("    ")}
        for paragraph in body.split("\n\n")
        if paragraph.strip()
    ]
    return {"paragraphs": paragraphs, "language": translation.get_language()}
