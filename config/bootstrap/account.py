"""The system account that runs PostgreSQL, which refuses to run as root."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from config.bootstrap.folders import data_folder, fingerprint
from config.bootstrap.progress import stop

# struct sockaddr_un holds 108 bytes, the closing zero among them.
LONGEST_SOCKET_PATH = 107
SOCKET_NAME = ".s.PGSQL.5432"


@dataclass(frozen=True, kw_only=True)
class Account:
    """A system account, and whether this process must change to it."""

    name: str
    uid: int
    gid: int
    is_self: bool

    def run(self, *command: str | Path, log: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command as this account, without the PostgreSQL settings of whoever called."""
        identity = {} if self.is_self else {"user": self.uid, "group": self.gid, "extra_groups": []}
        return subprocess.run(command, cwd="/", env=clean_environment(), capture_output=True, text=True, **identity)

    def own(self, path: Path) -> None:
        """Hand a path over to this account."""
        if not self.is_self:
            shutil.chown(path, self.uid, self.gid)


def clean_environment() -> dict[str, str]:
    """This process's environment without libpq's variables."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def server_account() -> Account:
    """The caller, or for root Debian's `postgres`."""
    mine = pwd.getpwuid(os.geteuid())
    entry = pwd.getpwnam("postgres") if mine.pw_uid == 0 else mine
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid, is_self=entry.pw_uid == mine.pw_uid)


def cluster_home(account: Account) -> Path:
    """The data folder, or a twin under /var/lib where the account may not pass (a clone under a 0700 home)."""
    wanted = data_folder()
    if account.is_self or all(anyone_may_pass(folder) for folder in (wanted, *wanted.parents)):
        return wanted
    return Path("/var/lib/alentour-dev") / fingerprint(str(wanted))[:12]


def anyone_may_pass(folder: Path) -> bool:
    """Whether every account may traverse a folder; one that is not there yet will be made so."""
    return not folder.exists() or bool(folder.stat().st_mode & 0o001)


def socket_folder(cluster: Path, account: Account) -> Path:
    """The cluster's own folder, closed to others, or a short one where that makes too long an address."""
    if len(os.fsencode(cluster / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        return cluster
    short = Path("/tmp") / f"alentour-{fingerprint(str(cluster))[:12]}"  # noqa: S108 - made 0700, its owner checked below
    if not short.exists():
        short.mkdir(mode=0o700)
        account.own(short)
    if short.is_symlink() or short.stat().st_uid != account.uid:
        stop(
            fr=f"{short} appartient à un autre compte : effacez ce dossier.",
            en=f"{short} belongs to another account: remove that folder.",
        )
    return short
