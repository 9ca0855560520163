"""The statement that forgets what was done to pages long ago: by the owner of the table, as for old cases.

See `directory.moderation_sql`: the serving role may delete no line of the log, and the function takes no argument.
"""

from directory.tending_models import KEPT

MAKE_FORGET_TENDING = f"""
CREATE FUNCTION forget_old_tending() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    gone bigint;
BEGIN
    DELETE FROM directory_tending WHERE done_at < now() - interval '{KEPT.days} days';
    GET DIAGNOSTICS gone = ROW_COUNT;
    RETURN gone;
END $$
"""  # noqa: S608 - composed of constants

DROP_FORGET_TENDING = "DROP FUNCTION forget_old_tending()"

FORGET_TENDING = "SELECT forget_old_tending()"
