"""Measures Alentour beside its peers, in one run on one machine."""

import json

from django.core.management.base import BaseCommand, CommandError, CommandParser

from config.benches import carpool, coverage, digest, feed, nearby, reach, visibility, walk
from config.static_files import collect_if_changed

#: Benches of so many rows that ask no server over HTTP.
OF_ROWS = {"visibility": visibility, "feed": feed, "coverage": coverage, "reach": reach, "carpool": carpool}
#: The least rows of which a bench tells anything.
FEWEST = {"feed": feed.FEWEST, "reach": reach.FEWEST, "carpool": carpool.FEWEST}


class Command(BaseCommand):
    """`./manage.py bench nearby|visibility|feed|coverage|reach|carpool --rows 500000`, `… digest`, `… walk`."""

    help = "Measure beside peers on invented listings; the last line of output is one JSON document."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("bench", choices=["nearby", *OF_ROWS, "digest", "walk"])
        parser.add_argument(
            "--rows",
            type=int,
            default=100_000,
            help="invented listings (5 million: 5 GB of disk), buildings, members for reach, or rides for carpool",
        )
        parser.add_argument("--people", type=int, default=2_000, help="digest: people who follow")
        parser.add_argument("--listings", type=int, default=20_000, help="digest: listings and words")
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--sql-only", action="store_true", help="leave out what is measured over HTTP")
        parser.add_argument("--json", action="store_true", help="print nothing but the JSON document")

    def handle(self, *, rows: int, seed: int, sql_only: bool, **options) -> None:
        fewest = FEWEST.get(options["bench"], nearby.EMPTIER)
        if rows < fewest:
            raise CommandError(f"--rows : au moins {fewest}.")
        if options["bench"] == "digest":
            report = digest.measure(people=options["people"], listings=options["listings"], seed=seed)
        elif options["bench"] == "walk":
            report = walk.measure(seed=seed)
        elif options["bench"] in OF_ROWS:
            report = OF_ROWS[options["bench"]].measure(rows=rows, seed=seed)
        else:
            if not sql_only:
                collect_if_changed()  # the server that is measured is asked for a page first, to know that it answers
            report = nearby.measure(rows=rows, seed=seed, over_http=not sql_only)
        if not options["json"]:
            for name, taken in report["detail_ms"].items():
                self.stdout.write(f"{name:24} {taken:9.3f} ms")
        self.stdout.write(json.dumps(report))
