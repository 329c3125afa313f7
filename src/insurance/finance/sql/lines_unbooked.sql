-- Lines of an account booked by a day that the books do not know: neither matched nor resolved by something that books. $1 account digest, $2 day
SELECT l.id, l.booked_on, l.direction, l.amount_fen, l.counterparty_name, l.narrative, l.reference
FROM bank_line l
WHERE l.account_digest = $1 AND l.booked_on <= $2
  AND NOT EXISTS (SELECT FROM bank_match m WHERE m.line_id = l.id AND m.undone_at IS NULL)
  AND NOT EXISTS (SELECT FROM line_case c WHERE (c.line_id = l.id OR c.pair_line_id = l.id) AND c.undone_at IS NULL
                  AND (c.action <> 'NOTE' OR c.kind = 'OTHER_SIDE'))  -- a note books nothing; of the other side the order has booked it
ORDER BY l.booked_on, l.id
