-- A past claim has what was stated of it, and only a past claim; its row, its versions and its events tell the same.
WITH latest AS (SELECT DISTINCT ON (o.claim_id) o.* FROM claim_opening o ORDER BY o.claim_id, o.version DESC)
SELECT 'claim ' || coalesce(c.number, o.claim_id::text) || ' and its opening facts do not belong together' AS offence
FROM claim c FULL JOIN latest o ON o.claim_id = c.id
WHERE coalesce(c.opening, false) <> (o.claim_id IS NOT NULL)
UNION ALL
SELECT 'claim ' || c.number || ' shows a loss on ' || c.loss_on || ' and ' || c.opening_paid_fen || ' fen paid before, stated were ' || o.loss_on
       || ' and ' || o.paid_fen
FROM claim c JOIN latest o ON o.claim_id = c.id
WHERE (c.opening_paid_fen, c.opening_paid_on) IS DISTINCT FROM (o.paid_fen, o.paid_on)
   OR (o.version > 1 OR c.version = 1) AND (c.loss_on, c.reported_fen) IS DISTINCT FROM (o.loss_on, o.reported_fen)
UNION ALL
SELECT 'claim ' || c.number || ' was closed as it was stated, with other amounts'
FROM claim c JOIN latest o ON o.claim_id = c.id
WHERE c.state = 'CLOSED' AND o.outcome IN ('PAID', 'REJECTED', 'WITHDRAWN', 'ZERO') AND c.last_verb IN ('opening-entry', 'opening-correction')
  AND (c.assessed_fen, c.approved_fen, c.paid_fen, c.closed_on, c.live)
      IS DISTINCT FROM (o.assessed_fen, o.approved_fen, o.paid_fen, o.ended_on, o.outcome <> 'WITHDRAWN')
UNION ALL
SELECT 'version ' || o.version || ' of what was stated of claim ' || c.number || ' is not told by its event'
FROM claim_opening o JOIN claim c ON c.id = o.claim_id
LEFT JOIN claim_event e ON e.claim_id = o.claim_id AND e.claim_version = o.claim_version
WHERE (e.verb, (e.facts ->> 'paid_fen')::bigint, (e.facts ->> 'approved_fen')::bigint, e.facts ->> 'outcome')
      IS DISTINCT FROM (CASE o.version WHEN 1 THEN 'opening-entry' ELSE 'opening-correction' END, o.paid_fen, o.approved_fen, o.outcome)
UNION ALL
SELECT 'event ' || e.id || ' of claim ' || c.number || ' tells of an opening fact that is not there'
FROM claim_event e JOIN claim c ON c.id = e.claim_id
WHERE e.verb IN ('opening-entry', 'opening-correction')
  AND NOT EXISTS (SELECT FROM claim_opening o WHERE o.claim_id = e.claim_id AND o.claim_version = e.claim_version)
UNION ALL
SELECT 'claim ' || c.number || ': its indemnity of ' || o.approved_fen || ' fen was taken from lines for ' || s.fen
FROM latest o JOIN claim c ON c.id = o.claim_id
CROSS JOIN LATERAL (SELECT coalesce(sum(x), 0) AS fen FROM unnest(o.items_fen) AS x) s
WHERE s.fen <> CASE o.outcome WHEN 'PAID' THEN o.approved_fen ELSE 0 END
