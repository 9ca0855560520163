"""A stack with room: without it, a twelfth of the processor time of tests went in getting pages and giving them back.

CPython keeps the frames of functions in chunks of 16 KiB, maps one more when calls go deeper, and unmaps it as soon as
they return. What calls back and forth across the end of a chunk, as deep as Django's ORM stands above its middlewares
and pytest, asks the kernel for the same four pages again and again. A frame that needs more than a chunk gets a larger
one, of a power of two; the frames above it stand in the rest.
"""

from collections.abc import Callable

#: Slots of eight bytes: a little more than half of a chunk of a mebibyte, of which the rest is for what is called.
SLOTS = 2**16 + 2**10


def with_room(call: Callable[[], object]) -> object:
    """Call it where half a mebibyte of frames stands on one chunk."""
    return call()


with_room.__code__ = with_room.__code__.replace(co_stacksize=SLOTS)
