"""What is remarked of pages."""

from datetime import timedelta

from django.utils import timezone

from directory.models import Listing, Remark, SearchEntry
from directory.publishing import publish
from directory.remarking import remark


def club(town) -> Listing:
    return publish(category="sport_association", title="Les Amis du bal", municipality=town, location=town.location)


def checked(listing) -> str | None:
    return SearchEntry.objects.get(listing=listing).card.get("checked")


def said_on_two_days(listing, what: str) -> None:
    remark(listing=listing, what=what)
    Remark.objects.filter(listing=listing, what=what).update(said_on=timezone.localdate() - timedelta(days=2))
    remark(listing=listing, what=what)


def this_month() -> str:
    return timezone.localdate().strftime("%Y-%m")
