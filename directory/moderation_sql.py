"""The statement that forgets old cases: run as the owner of the tables, since the serving role may delete no decision.

By hand, because only a function with its owner's rights (SECURITY DEFINER) can do what its caller may not: it takes no
argument, and deletes nothing younger than the triggers of the log allow (`scopes.append_only`).
"""

from directory.moderation_models import KEPT

MAKE_FORGET_CASES = f"""
CREATE FUNCTION forget_closed_cases() RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    gone bigint[];
BEGIN
    -- Its owner is under the second lock too: this opens the door of the staff on call (`scopes.on_call`).
    PERFORM set_config('alentour.on_call', 'yes', true);
    gone := ARRAY(SELECT id FROM directory_case WHERE closed_at < now() - interval '{KEPT.days} days');
    DELETE FROM directory_report WHERE case_id = ANY(gone);
    DELETE FROM directory_appeal appeal USING directory_decision decision
    WHERE decision.id = appeal.decision_id AND decision.case_id = ANY(gone);
    DELETE FROM directory_decision WHERE case_id = ANY(gone);
    DELETE FROM directory_case WHERE id = ANY(gone);
    PERFORM set_config('alentour.on_call', '', true);
    RETURN cardinality(gone);
END $$
"""  # noqa: S608 - composed of constants

DROP_FORGET_CASES = "DROP FUNCTION forget_closed_cases()"

FORGET_CASES = "SELECT forget_closed_cases()"
