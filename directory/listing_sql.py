"""What `directory.querysets` says of listings, as conditions on the alias `listing`, for statements written by hand."""

from directory.listing_kinds import BY_ORGANISATIONS, NOT_SAID


def _listed(kinds: tuple[str, ...]) -> str:
    return ", ".join(f"'{kind}'" for kind in kinds)


#: `ListingQuerySet.live`, at the parameter `now`.
LIVE = """(listing.opens_at IS NULL OR listing.opens_at <= %(now)s)
    AND (listing.closes_at IS NULL OR listing.closes_at > %(now)s)
    AND listing.withdrawn_at IS NULL AND listing.hidden_at IS NULL AND listing.paused_at IS NULL"""
#: `ListingQuerySet.said`; its first half is the condition of the indexes that spaces are read by.
SAID = f"""NOT (listing.kind IN ({_listed(NOT_SAID)}))
    AND (listing.author_id IS NOT NULL OR listing.kind IN ({_listed(BY_ORGANISATIONS)}))"""
