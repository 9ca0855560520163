"""What a new cluster is given: its settings, who may connect as whom, its extensions, roles and database."""

import os
from collections.abc import Iterable
from pathlib import Path

DATABASE = "alentour"
OWNER = "alentour_owner"
SERVING = "alentour_app"
SUPERUSER = "postgres"

# In template1, so that test databases are born with PostGIS and need no superuser.
TEMPLATE = f"""
CREATE EXTENSION IF NOT EXISTS postgis;
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS unaccent;
SELECT 'CREATE EXTENSION IF NOT EXISTS pgrouting' FROM pg_available_extensions WHERE name = 'pgrouting' \\gexec
SELECT 'CREATE ROLE {OWNER} LOGIN CREATEDB' WHERE to_regrole('{OWNER}') IS NULL \\gexec
SELECT 'CREATE ROLE {SERVING} LOGIN' WHERE to_regrole('{SERVING}') IS NULL \\gexec
-- The owner may act as the serving role, so that tests can see what row-level security lets through.
GRANT {SERVING} TO {OWNER};
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {SERVING};
ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT USAGE, SELECT ON SEQUENCES TO {SERVING};
"""

DATABASES = f"""
SELECT 'CREATE DATABASE {DATABASE} OWNER {OWNER}'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '{DATABASE}') \\gexec
"""

# Peers of the clone's own cluster come through the socket only, and are who the kernel says they are.
ACCESS = "local all all peer map=alentour\n"


def identities(system_users: Iterable[str]) -> str:
    """Let each system user be any of the cluster's roles."""
    rows = [f"alentour {user} {role}" for user in sorted(set(system_users)) for role in (SUPERUSER, OWNER, SERVING)]
    return "\n".join(rows) + "\n"


def settings(sockets: Path, memory: int) -> str:
    """PostgreSQL's settings for short spatial queries on a developer's machine with `memory` bytes."""
    mebibytes = memory // 2**20
    return f"""
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 60
shared_buffers = {min(max(mebibytes // 8, 128), 2048)}MB
effective_cache_size = {mebibytes // 2}MB
work_mem = 32MB
maintenance_work_mem = 256MB
random_page_cost = 1.1
jit = off
timezone = 'UTC'

# Demonstration and test data can be made again: nothing waits for the disk. A kill -9 still loses nothing
# committed, since each commit reaches the kernel; a power cut may.
fsync = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 4GB

# A log never holds what people wrote or where they are: no statements, no parameters, no details of rows; and no
# refusals (what ranks below `log`), since "invalid input syntax for type integer" quotes the value. The application
# says where it was refused.
log_min_messages = log
log_statement = none
log_min_error_statement = panic
log_error_verbosity = terse
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
"""


def machine_memory() -> int:
    """The machine's memory in bytes."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
