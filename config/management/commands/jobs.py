"""Shows the jobs: how many wait, are done and have failed."""

from django.core.management.base import BaseCommand
from django.db.models import Count, Max, Q
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker
from rich.console import Console
from rich.table import Table


class Command(BaseCommand):
    """`./manage.py jobs`; `./manage.py procrastinate shell` retries or cancels one by its number."""

    help = "Count the jobs by name and state, with the number of the last that failed, and say which workers live."

    def handle(self, **options) -> None:
        """Print a line for each kind of job."""
        failed = Q(status__in=("failed", "cancelled", "aborted"))
        counted = ProcrastinateJob.objects.values("task_name").annotate(
            waiting=Count("pk", filter=Q(status="todo")),
            doing=Count("pk", filter=Q(status="doing")),
            done=Count("pk", filter=Q(status="succeeded")),
            failed=Count("pk", filter=failed),
            last_failed=Max("pk", filter=failed),
        )
        columns = ("waiting", "doing", "done", "failed", "last_failed")
        table = Table("", *(name.replace("_", " ") for name in columns))
        for row in counted.order_by("task_name"):
            table.add_row(row["task_name"], *(str(row[name] or "") for name in columns))
        console = Console(file=self.stdout)
        console.print(table)
        for worker in ProcrastinateWorker.objects.order_by("pk"):
            console.print(f"worker {worker.pk}: last sign {worker.last_heartbeat:%Y-%m-%d %H:%M:%S} UTC")
