"""Jobs of the whole product: what was interrupted goes on, and what is over is cleared away."""

from __future__ import annotations

from datetime import timedelta

from asgiref.sync import async_to_sync
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.utils import timezone
from procrastinate.contrib.django import app

from scopes.jobs import job

#: A worker that gave no sign for so long is gone, and another does its jobs.
SILENCE = 60.0
#: Finished jobs stay this long to be looked at, failed ones too.
KEPT_HOURS = 30 * 24
#: What the staff changed in the administration stays to be asked about for so long.
CHANGES_KEPT = timedelta(days=365)


@job(every="*/2 * * * *")
def resume_interrupted_jobs() -> None:
    """Give the jobs of workers that were killed back to the others."""
    async_to_sync(_resume)()


async def _resume() -> None:
    for interrupted in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SILENCE):
        await app.job_manager.retry_job(interrupted)


@job(every="41 3 * * *")
def clear_away() -> None:
    """Delete sessions that have ended, jobs that are long over and what the staff changed long ago."""
    call_command("clearsessions")
    forget_changes()
    async_to_sync(app.job_manager.delete_old_jobs)(
        nb_hours=KEPT_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
    )


def forget_changes() -> None:
    """Delete what the staff changed in the administration over a year ago."""
    LogEntry.objects.filter(action_time__lt=timezone.now() - CHANGES_KEPT).delete()
