"""Jobs of people and their circles."""

from __future__ import annotations

from geo import regrouping
from scopes import expiring, home_mails, mass_mail, reach_table, sending
from scopes.jobs import BEHIND, job
from scopes.organisations import telling
from scopes.people import Account
from scopes.rights import archives, holding, inactivity, ledger
from scopes.subscriptions import reminding


@job()
def deliver_mail(mail_id: int) -> None:
    """Send one mail."""
    sending.deliver(mail_id)


@job(priority=BEHIND)
def deliver_batch(message_id: int, batch: int) -> None:
    """Send some hundred copies of a mass message."""
    mass_mail.deliver(message_id, batch)


@job(every="17 * * * *")
def look_after_mails() -> None:
    """Take up what lost its job; forget what could not be sent in time, and what was sent long ago."""
    sending.resume_mails()
    sending.forget_mails()
    mass_mail.resume_batches()
    mass_mail.forget_messages()


@job()
def hand_over_archive(account_id: int) -> None:
    """Make the copy of their data that someone asked for, and write where it is."""
    account = Account.objects.filter(pk=account_id).first()
    if account:
        archives.hand_over(account=account)


@job(every="23 * * * *")
def delete_old_archives() -> None:
    """Delete the copies whose day is over."""
    archives.delete_old_archives()


@job(every="11 5 * * *")
def warn_inactive() -> None:
    """Write to those who have been away for almost two years."""
    inactivity.warn_inactive()


@job(every="41 5 * * *")
def erase_inactive() -> None:
    """Erase those who were warned and did not come back."""
    inactivity.erase_inactive()


@job(every="53 5 * * *")
def let_identities_go() -> None:
    """Erase the identities that the law no longer makes a host keep."""
    holding.let_go()


@job(every="7 6 * * *")
def write_ledger() -> None:
    """Bring the ledger of erasures and its file in line."""
    ledger.write_file()


@job(every="7 2 * * *")
def renew_reach() -> None:
    """Count the homes connected, on the first night of a quarter or as soon after as a worker runs."""
    reach_table.renew_reach()


@job(every="29 3 * * *")
def expire_homes() -> None:
    """End the requests and homes whose time is over, and forget what no longer serves."""
    expiring.expire()


@job(every="41 6 * * *")
def announce_newcomers() -> None:
    """Write to the residents of each residence where someone came since yesterday."""
    home_mails.announce_newcomers()


@job(every="47 6 * * *")
def remind_of_the_end() -> None:
    """Write to those whose home is to be proved again soon."""
    home_mails.remind_of_the_end()


@job()
def tell_of_mandate(mandate_id: int) -> None:
    """Tell residents who will be able to write to them."""
    telling.tell_of_mandate(mandate_id)


@job()
def tell_of_joined(mandate_id: int) -> None:
    """Tell those whom a merge joined to homes of a mandate who will be able to write to them."""
    telling.tell_of_joined(mandate_id)


@job(every="57 * * * *")
def tell_of_mandates_left() -> None:
    """Try again to tell of mandates whose job was given up: until then nothing is sent under them."""
    for mandate in telling.left_untold():
        tell_of_mandate.defer(mandate_id=mandate.pk)
    for mandate in telling.joined_left_untold():
        tell_of_joined.defer(mandate_id=mandate.pk)


@job()
def renew_residences(municipality_id: int) -> None:
    """Find the quarters and cells of the residences of a town that people changed."""
    regrouping.bring_up_to_date(municipality_id=municipality_id)


@job(every="37 6 * * *")
def remind_of_ends() -> None:
    """Write to organisations whose subscription ends soon."""
    reminding.remind_of_ends()
