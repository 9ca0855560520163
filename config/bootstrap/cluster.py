"""Keeps a private PostgreSQL cluster: made once, started when needed, stopped by the last one who needs it."""

import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from config.bootstrap import furnishing
from config.bootstrap.account import (
    SOCKET_NAME,
    Account,
    clean_environment,
    cluster_home,
    server_account,
    socket_folder,
)
from config.bootstrap.folders import alone, fingerprint, is_complete, mark_complete
from config.bootstrap.progress import step, stop, tail

BIN = Path("/usr/lib/postgresql/15/bin")
PATIENCE = 60.0  # seconds; recovery after a kill took 0.3 s on 2 GB


class Cluster:
    """One PostgreSQL 15 cluster: its folder, the account that runs it, and who is using it."""

    def __init__(self, home: Path, account: Account) -> None:
        self.account = account
        self.home = home
        self.data = home / "cluster"
        self.log = self.data / "postgresql.log"
        self.sockets = socket_folder(self.data, account)

    def url(self, role: str) -> str:
        """How Django connects as `role`."""
        return f"postgresql://{role}@/{furnishing.DATABASE}?host={self.sockets}"

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Run for as long as someone needs it: each user holds a shared lock, which dies with its process."""
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "cluster.users").open("a") as users:
            with alone("cluster"):
                fcntl.flock(users, fcntl.LOCK_SH)
                self.ensure_ready()
            try:
                yield
            finally:
                with alone("cluster"), suppress(BlockingIOError):
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    if not self._wish_to_stay.exists():
                        self.stop()

    @property
    def _wish_to_stay(self) -> Path:
        return self.home / "cluster.kept"

    def keep(self, wanted: bool) -> None:
        """Whether to go on when nobody uses it."""
        if wanted:
            self._wish_to_stay.touch()
        else:
            self._wish_to_stay.unlink(missing_ok=True)

    def ensure_ready(self) -> None:
        """Make, start and furnish the cluster, doing only what is not done yet."""
        if not self.data.exists():
            with step(fr="Création de la base de données", en="Creating the database cluster"):
                self.create()
        if not self.answers():
            with step(fr="Démarrage de la base de données", en="Starting the database cluster"):
                self.start()
        furnished = fingerprint(furnishing.TEMPLATE, furnishing.DATABASES)
        if not is_complete(self.data / "alentour.furnished", furnished):
            with step(fr="Extensions et rôles de la base", en="Extensions and roles of the database"):
                self.furnish()
            mark_complete(self.data / "alentour.furnished", furnished)

    def create(self) -> None:
        """Make the cluster beside its place and rename it into it: a killed run leaves no half of one."""
        draft = self.data.with_name("cluster.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        self.account.own(draft)
        self._run(
            "initdb", "--pgdata", draft, "--username", furnishing.SUPERUSER, "--auth=peer", "--encoding=UTF8",
            "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=fr", "--no-sync", "--no-instructions",
        )  # fmt: skip
        with (draft / "postgresql.conf").open("a") as main:
            main.write("include = 'alentour.conf'\n")
        draft.rename(self.data)

    def start(self) -> None:
        """Start the server, or wait for one that is starting or stopping, until it truly answers."""
        deadline = time.monotonic() + PATIENCE
        while not self.answers():
            if time.monotonic() > deadline:
                self._give_up()
            if self.postmaster() is None:
                self.clear_remains()
                self.configure()
                self._run("pg_ctl", "start", "--pgdata", self.data, "--log", self.log, "--wait", "--silent")
            else:
                time.sleep(0.05)

    def stop(self) -> None:
        """Stop the server and disconnect whoever is still there."""
        if self.postmaster() is not None:
            self._run("pg_ctl", "stop", "--pgdata", self.data, "--mode=fast", "--silent")

    def answers(self) -> bool:
        """Whether a real connection succeeds: the superuser's, whom a full house does not lock out."""
        return self.sql("SELECT 1", database="postgres").returncode == 0

    def sql(self, script: str, *, database: str) -> subprocess.CompletedProcess[str]:
        """Run a script as the superuser; the wrapper /usr/bin/psql would take ten times as long to start."""
        options = ("--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--host", self.sockets)
        return subprocess.run(
            [BIN / "psql", *options, "--username", furnishing.SUPERUSER, database],
            input=script, env=clean_environment(), capture_output=True, text=True,
        )  # fmt: skip

    def furnish(self) -> None:
        """Add extensions, roles and database; each statement may be repeated."""
        for database, script in (("template1", furnishing.TEMPLATE), ("postgres", furnishing.DATABASES)):
            done = self.sql(script, database=database)
            if done.returncode:
                self._give_up(done.stderr)

    def configure(self) -> None:
        """Write settings and access rules anew before each start, so that a newer clone's reach an older cluster."""
        people = (self.account.name, pwd.getpwuid(os.geteuid()).pw_name)
        (self.data / "alentour.conf").write_text(furnishing.settings(self.sockets, furnishing.machine_memory()))
        (self.data / "pg_hba.conf").write_text(furnishing.ACCESS)
        (self.data / "pg_ident.conf").write_text(furnishing.identities(people))

    def postmaster(self) -> int | None:
        """The server's process, or None when there is none or when its number now belongs to another program."""
        try:
            process = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None
        return process if process in self.processes() else None

    def processes(self) -> list[int]:
        """Every process at work in the cluster's folder, where each PostgreSQL process stays."""
        found = []
        for entry in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if (entry / "cwd").samefile(self.data):
                    found.append(int(entry.name))
        return found

    def clear_remains(self) -> None:
        """After a kill -9 of the server: end what outlived it and drop its marks, or PostgreSQL will not start."""
        while survivors := self.processes():
            for process in survivors:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGKILL)
            time.sleep(0.01)
        for mark in (self.data / "postmaster.pid", self.sockets / f"{SOCKET_NAME}.lock"):
            mark.unlink(missing_ok=True)

    def _run(self, program: str, *arguments: str | Path) -> None:
        done = self.account.run(BIN / program, *arguments)
        if done.returncode:
            self._give_up(done.stderr)

    def _give_up(self, said: str = "") -> None:
        details = f"{said}\n{tail(self.log)}"
        stop(
            fr=f"La base de données de {self.data} ne répond pas :\n{details}\nL'effacer la fera refaire.",
            en=f"The database in {self.data} does not answer:\n{details}\nDelete that folder to have it made anew.",
        )


def own_cluster() -> Cluster:
    """The cluster of this clone."""
    account = server_account()
    return Cluster(cluster_home(account), account)


@contextmanager
def database() -> Iterator[None]:
    """Tell Django which database to use: the caller's own in DATABASE_URL, or this clone's cluster while it runs."""
    if "DATABASE_URL" in os.environ:
        os.environ.setdefault("DATABASE_OWNER_URL", os.environ["DATABASE_URL"])
        yield
        return
    cluster = own_cluster()
    with cluster.in_use():
        os.environ["DATABASE_URL"] = cluster.url(furnishing.SERVING)
        os.environ.setdefault("DATABASE_OWNER_URL", cluster.url(furnishing.OWNER))
        yield
