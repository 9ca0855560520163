"""Jobs: which wait, which failed and why; a failed one is tried again, one that waits is called off."""

from __future__ import annotations

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from config.administration.site import StaffAdmin, administration


@admin.register(ProcrastinateJob, site=administration)
class JobAdmin(StaffAdmin):
    """A job is told numbers only, and they are not shown: what is private takes numbers too, and leaves gaps."""

    list_display = ("id", "task_name", "status", "attempts", "scheduled_at")
    list_filter = ("status", "task_name")
    fields = ("id", "task_name", "status", "attempts", "queue_name", "lock", "scheduled_at", "history")
    actions = ("again", "call_off")

    def get_changelist_instance(self, request: HttpRequest) -> ChangeList:
        """List jobs by task and number."""
        listed = super().get_changelist_instance(request)
        for job in listed.result_list:
            job.args = {}
        return listed

    def get_object(self, request: HttpRequest, *which: str | None) -> ProcrastinateJob | None:
        """Find one, by task and number."""
        job = super().get_object(request, *which)
        if job is not None:
            job.args = {}
        return job

    @admin.display(description=gettext_lazy("histoire"))
    def history(self, job: ProcrastinateJob) -> str:
        """What became of it, in order."""
        events = job.procrastinateevent_set.order_by("at").values_list("type", "at")
        return format_html("<pre>{}</pre>", "\n".join(f"{at:%Y-%m-%d %H:%M:%S} {kind}" for kind, at in events))

    @admin.action(description=gettext_lazy("Refaire ce qui a échoué"))
    def again(self, request: HttpRequest, jobs: QuerySet[ProcrastinateJob]) -> None:
        """Put failed jobs back in the queue."""
        failed = jobs.filter(status="failed").values_list("pk", flat=True)
        for number in failed:
            app.job_manager.retry_job_by_id(number, retry_at=timezone.now())
        self._say(request, len(failed))

    @admin.action(description=gettext_lazy("Annuler ce qui attend"))
    def call_off(self, request: HttpRequest, jobs: QuerySet[ProcrastinateJob]) -> None:
        """Call off jobs that wait."""
        waiting = jobs.filter(status="todo").values_list("pk", flat=True)
        self._say(request, sum(app.job_manager.cancel_job_by_id(number) for number in waiting))

    def _say(self, request: HttpRequest, number: int) -> None:
        done = ngettext("%(number)d tâche.", "%(number)d tâches.", number) % {"number": number}
        self.message_user(request, done if number else _("Aucune tâche n’est dans cet état."))
