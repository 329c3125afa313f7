-- Versions without a gap, each event starting where the one before ended, no day before the last, and every step in the verb table.
WITH chain AS (
    SELECT e.*, lag(e.to_state) OVER w AS stood, lag(e.business_at) OVER w AS earlier, row_number() OVER w AS place
    FROM claim_event e WINDOW w AS (PARTITION BY e.claim_id ORDER BY e.claim_version)
)
SELECT 'event ' || e.id || ' of claim ' || c.number || ': ' || e.verb || ' from ' || coalesce(e.from_state, 'nothing') || ' to ' || e.to_state
       || ' by ' || e.role || ' as version ' || e.claim_version AS offence
FROM chain e JOIN claim c ON c.id = e.claim_id
WHERE e.claim_version <> e.place OR e.from_state IS DISTINCT FROM e.stood OR e.business_at < e.earlier
   OR (e.place = 1 AND NOT (NOT c.opening AND e.verb = 'report' AND e.to_state = 'REPORTED')
                    AND NOT (c.opening AND e.verb = 'opening-entry' AND e.to_state IN ('REPORTED', 'OPENED', 'CLOSED')))
   OR (e.place > 1 AND NOT EXISTS (SELECT FROM claim_transition g WHERE (g.verb, g.from_state, g.to_state, g.role)
                                                                       = (e.verb, e.from_state, e.to_state, e.role)))
