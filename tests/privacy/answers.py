"""Answers as an attacker compares them: everything that was sent, without what is drawn anew for each."""

from __future__ import annotations

import re
from difflib import unified_diff
from itertools import zip_longest
from uuid import UUID

from django.http import HttpResponse

from tests.still import still_page

_NONCE = re.compile(r"nonce-[^']+")
#: The second at which it was answered.
_CLOCK = "expires"
#: An id that nothing has.
NOBODY = UUID("00000000-0000-4000-8000-000000000000")


def body_of(answer: HttpResponse) -> bytes:
    """The bytes of an answer."""
    return still_page(answer).encode(errors="surrogateescape")


def everything_of(answer: HttpResponse) -> tuple[int, tuple, bytes]:
    """Status, headers, cookies and body; of a cookie its name alone, since what it holds is random or sealed."""
    told = ((name.lower(), value) for name, value in answer.headers.items())
    headers = sorted((name, "" if name == _CLOCK else _NONCE.sub("nonce", value)) for name, value in told)
    cookies = sorted(f"{name} {cookie['max-age']}" for name, cookie in answer.cookies.items())
    return answer.status_code, (*headers, *cookies), body_of(answer)


def without(answer: HttpResponse, public_id: UUID) -> tuple[int, tuple, bytes]:
    """The same, as if what was asked for had the id of nothing; an id is as long as another."""
    status, headers, body = everything_of(answer)
    replaced = [str(header).replace(str(public_id), str(NOBODY)) for header in headers]
    return status, tuple(replaced), body.replace(str(public_id).encode(), str(NOBODY).encode())


def difference(one: tuple[int, tuple, bytes], other: tuple[int, tuple, bytes]) -> str:
    """Say where two answers differ; empty when nobody could tell them apart."""
    if one == other:
        return ""
    if one[0] != other[0]:
        return f"status {one[0]} / {other[0]}"
    headers = [f"{a} / {b}" for a, b in zip_longest(one[1], other[1]) if a != b]
    lines = unified_diff(*(body.decode(errors="replace").splitlines() for body in (one[2], other[2])), n=0, lineterm="")
    return "\n".join([*headers, *(line[:400] for line in list(lines)[:12])])
