"""Does the jobs that wait: mail, expiry, periods, erasure."""

from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app, connector_params
from procrastinate.psycopg_connector import PsycopgConnector

#: Seconds that a job under way is given when the worker is told to stop; afterwards it is another worker's.
LAST_JOBS = 5
#: Jobs done at once: a long one keeps no code waiting.
AT_ONCE = 3


class Command(BaseCommand):
    """`./manage.py work`: `demo` and `serve` run one beside the site; a server may run several."""

    help = "Do the jobs that wait, and those whose time comes, until interrupted."
    requires_system_checks = []

    def handle(self, **options) -> None:
        with app.replace_connector(PsycopgConnector(kwargs=connector_params(), min_size=1, max_size=2)):
            app.run_worker(concurrency=AT_ONCE, shutdown_graceful_timeout=LAST_JOBS)
