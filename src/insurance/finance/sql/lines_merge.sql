-- What another file says more of a line that stands already (a message names the end-to-end id, a list the opening bank): the longer text stays,
-- so that the files may come in any order. Answers the lines that say more now.
UPDATE bank_line l
SET counterparty_name = n.counterparty_name, counterparty_digest = n.counterparty_digest, counterparty_tail = n.counterparty_tail,
    narrative = n.narrative, end_to_end_id = n.end_to_end_id, value_on = n.value_on, return_code = n.return_code,
    transaction_code = n.transaction_code, booked_time = n.booked_time
FROM (
    SELECT b.id,
           CASE WHEN (length(s.counterparty_name), s.counterparty_name) > (length(b.counterparty_name), b.counterparty_name)
                THEN s.counterparty_name ELSE b.counterparty_name END AS counterparty_name,
           coalesce(b.counterparty_digest, s.counterparty_digest) AS counterparty_digest,
           CASE WHEN b.counterparty_digest IS NULL THEN s.counterparty_tail ELSE b.counterparty_tail END AS counterparty_tail,
           CASE WHEN (length(s.narrative), s.narrative) > (length(b.narrative), b.narrative) THEN s.narrative ELSE b.narrative END AS narrative,
           greatest(b.end_to_end_id, s.end_to_end_id) AS end_to_end_id, coalesce(b.value_on, s.value_on) AS value_on,
           greatest(b.return_code, s.return_code) AS return_code, greatest(b.transaction_code, s.transaction_code) AS transaction_code,
           coalesce(b.booked_time, s.booked_time) AS booked_time
    FROM bank_line b JOIN staged_line s ON s.line_key = b.line_key
) n
WHERE n.id = l.id
  AND (l.counterparty_name, l.counterparty_digest, l.counterparty_tail, l.narrative, l.end_to_end_id, l.value_on, l.return_code,
       l.transaction_code, l.booked_time)
      IS DISTINCT FROM (n.counterparty_name, n.counterparty_digest, n.counterparty_tail, n.narrative, n.end_to_end_id, n.value_on, n.return_code,
       n.transaction_code, n.booked_time)
RETURNING l.id
