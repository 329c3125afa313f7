-- Claims whose day of advance has come, which nobody noted yet and of which something is assessed and not refused. $1 the end of today
SELECT c.id
FROM claim c
WHERE coalesce(c.due_at, 'infinity') < $1 AND c.state IN ('SUPPLEMENT', 'ASSESSING', 'PUBLICITY', 'DISPUTED') AND c.assessed_fen > 0
  AND NOT jsonb_exists(c.facts, 'advance_due')
  AND EXISTS (SELECT FROM jsonb_to_recordset(c.clocks) AS k (code text, due_at timestamptz, done_at timestamptz)
              WHERE k.code = 'ADVANCE' AND k.done_at IS NULL AND k.due_at < $1)
  AND NOT EXISTS (SELECT FROM decision d WHERE d.claim_id = c.id AND d.outcome = 'REJECTED'
                  AND d.assessment_id = (SELECT a.id FROM assessment a WHERE a.claim_id = c.id ORDER BY a.version DESC LIMIT 1))
ORDER BY c.id
