"""Jobs of what is listed."""

from __future__ import annotations

from directory import (
    announcing,
    claiming,
    counting_interest,
    counting_reads,
    counting_votes,
    dating,
    digests,
    display_reminding,
    ending,
    ending_agreements,
    helping,
    introducing,
    keeping_drafts,
    keeping_in_step,
    message_telling,
    missed_visits,
    moderating,
    public_feeds,
    reading_calendars,
    remarking,
    reminding,
    renewing,
    renewing_analyses,
    returning,
    spreading,
    telling_remarks,
    tending,
    town_figures,
    volunteering,
)
from directory.operators import once
from scopes.jobs import BEHIND, job


@job(every="5 2 * * *")
def renew_openings() -> None:
    """Lay down the opening hours of the coming days, where the demonstration has not just done so."""
    if renewing.openings_are_stale():
        renewing.renew_openings()


@job(every="25 2 * * *")
def renew_dates() -> None:
    """Lay down the dates of events that came within two years."""
    dating.renew_dates()


@job(every="35 6 * * *")
def remind_of_waiting_cases() -> None:
    """Remind moderators, the staff on call and organisations of what waits for them."""
    reminding.remind_of_waiting_cases()


@job(every="47 3 * * *")
def forget_old_cases() -> None:
    """Forget cases whose time in law is over."""
    moderating.forget_old_cases()


@job()
def tell_of_notice(mailing_id: int) -> None:
    """Tell residents of a notice that they can read now."""
    announcing.tell_of(mailing_id)


@job(every="51 * * * *")
def tell_what_was_left() -> None:
    """Try again to tell of notices whose job was given up."""
    for mailing in announcing.left_untold():
        tell_of_notice.defer(mailing_id=mailing.pk)


@job()
def tell_of_message(message_id: int, residence_id: int) -> None:
    """Tell someone that a message waits; `residence_id` is 0 for one outside any residence."""
    message_telling.tell_of(message_id=message_id, residence_id=residence_id or None)


@job()
def count_poll(poll_id: int, residence_id: int) -> None:
    """Count a poll that is over; `residence_id` is 0 for one outside any residence."""
    counting_votes.count_poll(poll_id=poll_id, residence_id=residence_id or None)


@job()
def count_asked_poll(mailing_id: int) -> None:
    """Count a poll of an organisation that is over."""
    counting_votes.count_asked_poll(mailing_id=mailing_id)


@job(every="43 6 * * *")
def remind_of_displays() -> None:
    """Remind organisations of sheets that are missing at an entrance, or may come down."""
    display_reminding.remind_of_displays()


@job(every="19 4 * * *")
def count_towns() -> None:
    """Count anew what the public pages of big towns say."""
    town_figures.count_again()


@job(every="29 4 * * *")
def forget_kept_answers() -> None:
    """Forget what programs were answered two days ago."""
    once.forget_kept_answers()


@job(every="33 4 * * *")
def forget_places_of_nobody() -> None:
    """Forget places that were added and that nobody keeps or claims any more."""
    claiming.forget_places_of_nobody()


@job(every="31 4 * * *")
def forget_old_remarks() -> None:
    """Forget what was said of pages and that nobody settled in half a year."""
    remarking.forget_old_remarks()


@job(every="41 6 * * *")
def tell_of_remarks() -> None:
    """Tell who keeps pages, the town halls and the staff of what was said of them."""
    telling_remarks.tell_of_remarks()


@job(every="37 4 * * *")
def forget_old_tending() -> None:
    """Forget what was done to pages that nobody keeps, two years later."""
    tending.forget_old_tending()


@job(every="13 * * * *")
def count_reads() -> None:
    """Count "J'ai lu" of what was sent a week ago."""
    counting_reads.count_reads()


@job(every="37 2 * * *")
def count_interest() -> None:
    """Tell shops what their readers did last quarter, on its first night or as soon after as a worker runs."""
    counting_interest.count_interest()


@job(every="37 4 * * *")
def forget_unread_feeds() -> None:
    """Forget feeds that nobody has read for a year."""
    public_feeds.forget_unread_feeds()


@job(every="51 6 * * *")
def remind_of_endings() -> None:
    """Tell authors of what they share that ends soon."""
    ending.remind_of_endings()


@job(every="57 6 * * *")
def remind_of_returns() -> None:
    """Remind both of what is lent and is to be returned."""
    returning.remind_of_returns()


@job(every="39 4 * * *")
def forget_old_agreements() -> None:
    """Forget what was agreed about rides a year ago."""
    ending_agreements.forget_old()


@job(every="41 4 * * *")
def forget_drafts() -> None:
    """Forget what was kept for later and never came to."""
    keeping_drafts.forget_drafts()


@job(every="*/5 * * * *")
def queue_digests() -> None:
    """Write to those who are due of what is new in what they follow."""
    digests.queue_digests(by_day=True)


@job(every="0,30 * * * *")
def spread_requests() -> None:
    """Have each town looked at in which requests spread; what grows does so once a day, by the clock of the town."""
    for town in spreading.towns_that_spread():
        spread_in.defer(municipality_id=town)
    spreading.forget_rings()


@job()
def spread_in(municipality_id: int) -> None:
    """Let the requests of a town reach one ring more, if it was not done since the hour."""
    spreading.spread_in(municipality_id)


@job(every="23 4 * * *")
def forget_ended_helps() -> None:
    """Erase helping hands that ended thirty days ago, and invitations that nobody accepted; end years of volunteers."""
    helping.forget_ended()
    volunteering.end_what_is_over()
    introducing.forget()


@job()
def let_go(wanted_id: int) -> None:
    """Have a circle read that a volunteer cannot, who was asked nothing."""
    introducing.let_go(wanted_id)


@job()
def read_calendar(calendar_id: int) -> None:
    """Read a calendar of an organisation."""
    reading_calendars.read_calendar(calendar_id)


@job(every="*/5 * * * *")
def queue_due_calendars() -> None:
    """Have the calendars read that are due."""
    reading_calendars.queue_due_calendars()


@job(every="9 * * * *")
def forget_calendars_looked_at() -> None:
    """Forget calendars that were looked at and not kept."""
    keeping_in_step.forget_what_was_looked_at()


@job(every="*/10 * * * *")
def tell_of_missed_visits() -> None:
    """Tell trusted circles of planned visits that nobody confirmed."""
    missed_visits.tell_of_missed_visits()


@job(every="20 1 1 * *")
def renew_analyses() -> None:
    """Have the analyses of coverage made again that towns keep month by month, each in a job of its own."""
    for number in renewing_analyses.due_for_renewal():
        renew_analysis.defer(analysis_id=number)


@job(priority=BEHIND)
def renew_analysis(analysis_id: int) -> None:
    """Make one analysis of coverage again; done twice, the day has one result."""
    renewing_analyses.renew(analysis_id)
