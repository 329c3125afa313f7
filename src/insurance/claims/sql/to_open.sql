-- Cases that nobody opened within their term. $1 now. The term is one of those that press, so the most urgent end lies before it.
SELECT c.id
FROM claim c
WHERE coalesce(c.due_at, 'infinity') < $1 AND c.state IN ('REPORTED', 'ACCEPTED', 'SURVEYING')
  AND EXISTS (SELECT FROM jsonb_to_recordset(c.clocks) AS k (code text, due_at timestamptz, done_at timestamptz)
              WHERE k.code = 'OPENING' AND k.done_at IS NULL AND k.due_at < $1)
ORDER BY c.id
