"""Append-only tables: what is written there stays as it is, whoever asks, until its time in law is over."""

from __future__ import annotations

from datetime import timedelta

from django.db.migrations.operations import RunSQL


def keep(table: str, *, moment: str, kept: timedelta) -> RunSQL:
    """Refuse to change rows of a table, and to delete those younger than `kept` after `moment`, in a migration.

    The serving role loses the right itself; a trigger refuses the owner too. Row-level security would hide rows from
    a forbidden command and answer "0 rows", a trigger says so.
    """
    function, days = f"{table}_stays", kept.days
    return RunSQL(
        [
            f"""
            CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF TG_OP = 'DELETE' AND OLD.{moment} < now() - interval '{days} days' THEN
                    RETURN OLD;
                END IF;
                RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'insufficient_privilege';
            END $$
            """,
            f"""
            CREATE TRIGGER {function} BEFORE UPDATE OR DELETE ON {table}
            FOR EACH ROW EXECUTE FUNCTION {function}()
            """,
            # Whatever the serving role is called here: everyone who was granted the table and does not own it.
            f"""
            DO $$
            DECLARE grantee text;
            BEGIN
                FOR grantee IN
                    SELECT DISTINCT granted.grantee FROM information_schema.role_table_grants granted
                    WHERE granted.table_schema = current_schema() AND granted.table_name = '{table}'
                      AND granted.grantee <> current_user
                LOOP
                    EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM %I', grantee);
                END LOOP;
            END $$
            """,  # noqa: S608 - composed of constants
        ],
        [f"DROP TRIGGER {function} ON {table}", f"DROP FUNCTION {function}()"],
    )
