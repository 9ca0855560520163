"""Queues a mass message for everyone who is to get it: one statement, however many they are.

By hand: the ORM would carry each copy through Python.
"""

#: `{recipients}` is a query of Django's for (account, means, when it is due), one row a person, whose parameters come
#: first; then the size of a batch, and the message. Batches are drawn at random, so that which copies go together tells
#: nothing of any building. Answers the batches, each with when it is due.
QUEUE = """
    WITH recipients (account_id, means, due_at) AS ({recipients}),
    parted AS (
        SELECT account_id, means, due_at,
               (row_number() OVER (PARTITION BY due_at ORDER BY random()) - 1) / %s AS part
        FROM recipients
    ),
    batched AS (
        SELECT account_id, means, due_at, dense_rank() OVER (ORDER BY due_at, part) AS batch FROM parted
    ),
    queued AS (
        INSERT INTO scopes_messagecopy (number, message_id, account_id, means, batch, due_at, stop_digest)
        SELECT gen_random_uuid(), %s, account_id, means, batch, due_at, '' FROM batched
        RETURNING batch, due_at
    )
    SELECT DISTINCT batch, due_at FROM queued ORDER BY batch
"""
