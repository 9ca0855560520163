"""People who write to each other, in the village of `tests/scopes/village.py`: the deeds of a request, without one."""

from contextlib import contextmanager
from uuid import UUID

from directory import answering, posting
from directory.models import Answer, Post
from scopes import second_lock
from scopes.models import Membership
from scopes.viewer import Viewer
from scopes.viewing import viewer_of


@contextmanager
def looking(someone):
    """The viewer that an account, a membership or a viewer is, with the residences opened as for a request."""
    account_id = getattr(someone, "account_id", None) or getattr(someone, "pk", None)
    viewer = someone if isinstance(someone, Viewer) else viewer_of(account_id)
    with second_lock.opened(viewer.residence_ids):
        yield viewer


def say(someone: Membership, level: str, title: str = "", **columns) -> Post:
    """Post a word from the chosen home; the title is its level unless it has one."""
    columns = {"category": "word", "text": f"À dire : {title or level}.", **columns}
    with looking(someone) as viewer:
        return posting.post(home=viewer.home, level=level, title=title or str(level), **columns)


def reply(someone: Membership, post: Post | UUID, text: str = "Je réponds.") -> Answer:
    """Answer a post."""
    with looking(someone) as viewer:
        return answering.answer(viewer=viewer, public_id=getattr(post, "public_id", post), text=text)


def seen_by(someone) -> set[str]:
    """Titles of the posts that someone may see."""
    with looking(someone) as viewer:
        return set(Post.objects.live().visible_to(viewer).values_list("title", flat=True))
