"""Notes the questions that steps ask of the database, so that the next start can ask them again without Django."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime

import psycopg
from django.db import connection
from django.utils import timezone
from psycopg.abc import Buffer
from psycopg.adapt import Dumper

from config.demonstration.steps import Step


class NotRepeatable(ValueError):
    """A question that holds a day, which is not the same tomorrow."""


class _FromNow(Dumper):
    """Writes a moment as far from the present as it was when it was asked: "an hour ago" stays an hour ago."""

    def quote(self, moment: datetime) -> Buffer:
        """Write SQL that reads the database's clock."""
        return f"(now() + interval '{(moment - timezone.now()).total_seconds():.6f} s')".encode()

    dump = quote


class _Never(Dumper):
    """Refuses a day."""

    def quote(self, day: date) -> Buffer:
        """Refuse."""
        raise NotRepeatable(day)

    dump = quote


def asked_when_done(steps: Iterable[Step]) -> list[str]:
    """Return what the database is asked by steps that are all done; nothing where one is not, or holds a day."""
    try:
        with noted() as questions:
            return questions if all(step.done() for step in steps) else []
    except NotRepeatable:
        return []


@contextmanager
def noted() -> Iterator[list[str]]:
    """Gather what is asked in this block as SQL that stands for itself."""
    questions: list[str] = []

    def note(execute: Callable, sql: str, params: object, many: bool, context: dict) -> object:
        with psycopg.ClientCursor(context["connection"].connection) as cursor:
            cursor.adapters.register_dumper(datetime, _FromNow)
            cursor.adapters.register_dumper(date, _Never)
            questions.append(cursor.mogrify(sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield questions
