"""What is addressed to a home, newest first, a page at a time: a pile of letters that has an end."""

from __future__ import annotations

from dataclasses import dataclass

from directory.models import Post
from scopes.models import Level
from scopes.viewer import Home, Viewer

PAGE = 20
#: Nobody turns more pages than these: what is older is found by search.
MOST_PAGES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some posts, each with its `why`, and the numbers of the pages beside this one, 0 where there is none."""

    posts: list[Post]
    newer: int = 0
    older: int = 0


def feed(viewer: Viewer, home: Home, *, level: Level, page: int = 1) -> Page:
    """Read what is addressed to one of the viewer's homes at a level, narrower levels included."""
    number = min(max(page, 1), MOST_PAGES)
    start = PAGE * (number - 1)
    addressed = Post.objects.live().visible_to(viewer).addressed_to(home, level=level)
    found = addressed.select_related("author__account", "category", "municipality").order_by("-published_at", "-pk")
    posts = list(found[start : start + PAGE + 1])
    more = len(posts) > PAGE and number < MOST_PAGES
    return Page(posts=posts[:PAGE], newer=number - 1, older=number + 1 if more else 0)
