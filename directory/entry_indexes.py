"""The indexes of search entries: each search has its own, and asks for it by a condition that only it says.

The planner sees no difference in cost between them. A condition that is always true keeps it from taking one for the
searches that do not say it (`directory.nearby_sql`).
"""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db import models
from django.db.models import F, Q

#: 21 bytes are 168 bits: every hour of the week has its own, and none is taken for another.
_HOURS = "gist__intbig_ops (siglen=21)"

#: The nearest of a category: 0.59 ms on 5 million rows, against 9.1 ms without the category in the index.
_BY_CATEGORY = GistIndex(
    fields=["category_number", "location"],
    name="entry_by_category_and_place",
    # A search without category was answered by this index too, and took seven times as long (2.1 ms against 0.3 ms).
    condition=Q(category_number__gt=0),
)

_BY_PLACE = GistIndex(fields=["location"], name="entry_by_place")

# What is open: GiST keeps only the hull of a multirange, the same 60 days for every shop, so both know the hours.
_OPEN_BY_PLACE = GistIndex(
    fields=["location", "open_hours"],
    opclasses=["gist_geography_ops", _HOURS],
    name="entry_open_by_place",
    # Said by a search without category: one with category took this index, and 165 ms instead of 11 ms.
    condition=Q(open_hours__isnull=False, department__gt=""),
)
_OPEN_BY_CATEGORY = GistIndex(
    fields=["category_number", "location", "open_hours"],
    opclasses=["gist_int4_ops", "gist_geography_ops", _HOURS],
    name="entry_open_by_category",
    condition=Q(open_hours__isnull=False, category_number__gt=0),
)

#: GIN: 0.05 to 4 ms on 300,000 rows where GiST took 54 to 80 ms.
_BY_WORDS = GinIndex(OpClass(F("words"), name="gin_trgm_ops"), name="entry_by_words")

_WITHOUT_PLACE = models.Index(
    fields=["municipality_id", "neighbourhood_id"], name="entry_without_place", condition=Q(location__isnull=True)
)

_BY_ZONE = GistIndex(fields=["catchment"], name="entry_by_zone", condition=Q(catchment__isnull=False))

ENTRY_INDEXES = [_BY_CATEGORY, _BY_PLACE, _OPEN_BY_PLACE, _OPEN_BY_CATEGORY, _BY_WORDS, _WITHOUT_PLACE, _BY_ZONE]
