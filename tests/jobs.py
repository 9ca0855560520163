"""Runs the jobs that a test left behind, in its own transaction, as the worker would: from the table, by name."""

from datetime import datetime

from django.db.models import Q
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob


def run_jobs(*, due_by: datetime | None = None) -> list[str]:
    """Do what waits, and what that adds, whenever it is due or by a moment; return the names of what was done."""
    done, due = [], Q() if due_by is None else Q(scheduled_at=None) | Q(scheduled_at__lte=due_by)
    while (
        job := ProcrastinateJob.objects.filter(due, status="todo")
        .order_by("pk")
        .exclude(pk__in=[n for n, _ in done])
        .first()
    ):
        app.tasks[job.task_name].func(**job.args)
        done.append((job.pk, job.task_name))
    return [name for _, name in done]
