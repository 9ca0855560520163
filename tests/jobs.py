"""Runs the jobs that a test left behind, in its own transaction, as the worker would: from the table, by name."""

from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob


def run_jobs() -> list[str]:
    """Do what waits, and what that adds; return the names of what was done."""
    done = []
    while (
        job := ProcrastinateJob.objects.filter(status="todo")
        .order_by("pk")
        .exclude(pk__in=[n for n, _ in done])
        .first()
    ):
        app.tasks[job.task_name].func(**job.args)
        done.append((job.pk, job.task_name))
    return [name for _, name in done]
