-- As many audit rows as acts: of every claim its events, of every policy its binding and endorsements, of every payout its order, release and matches.
WITH trail AS (
    SELECT subject, count(*) FILTER (WHERE verb LIKE 'claim.%') AS claim_acts, count(*) FILTER (WHERE verb IN ('policy.bound', 'policy.opening')) AS bound,
           count(*) FILTER (WHERE verb IN ('policy.endorsed', 'policy.cancelled', 'policy.lapsed', 'policy.refunded')) AS endorsed,
           count(*) FILTER (WHERE verb = 'payout.ordered') AS ordered, count(*) FILTER (WHERE verb = 'payout.released') AS released,
           count(*) FILTER (WHERE verb = 'payout.settled') AS settled, count(*) FILTER (WHERE verb = 'payout.match-undone') AS undone
    FROM audit_event WHERE subject LIKE 'claim:%' OR subject LIKE 'policy:%' OR subject LIKE 'payout:%' GROUP BY subject
)
SELECT 'claim ' || c.number || ' has ' || c.version || ' events and ' || coalesce(t.claim_acts, 0) || ' audit rows' AS offence
FROM claim c LEFT JOIN trail t ON t.subject = 'claim:' || c.id
WHERE (SELECT count(*) FROM claim_event e WHERE e.claim_id = c.id) <> coalesce(t.claim_acts, 0)
UNION ALL
SELECT 'policy ' || p.number || ' has ' || coalesce(t.bound, 0) || ' audit rows of its binding'
FROM policy p LEFT JOIN trail t ON t.subject = 'policy:' || p.id
WHERE p.state <> 'PROPOSED' AND coalesce(t.bound, 0) <> 1
UNION ALL
SELECT 'policy ' || p.number || ' has ' || e.made || ' endorsements and ' || coalesce(t.endorsed, 0) || ' audit rows of them'
FROM policy p JOIN (SELECT policy_id, count(*) AS made FROM endorsement GROUP BY policy_id) e ON e.policy_id = p.id
LEFT JOIN trail t ON t.subject = 'policy:' || p.id
WHERE e.made <> coalesce(t.endorsed, 0)
UNION ALL
SELECT 'payout ' || p.number || ' is ' || p.state || ' with audit rows of ' || coalesce(t.ordered, 0) || ' orders, ' || coalesce(t.released, 0)
       || ' releases, ' || coalesce(t.settled, 0) || ' matches, ' || coalesce(t.undone, 0) || ' undoings'
FROM payout p LEFT JOIN trail t ON t.subject = 'payout:' || p.id
LEFT JOIN (SELECT payout_id, count(*) AS made, count(undone_at) AS undone FROM bank_match GROUP BY payout_id) m ON m.payout_id = p.id
WHERE (coalesce(t.ordered, 0), coalesce(t.released, 0), coalesce(t.settled, 0), coalesce(t.undone, 0))
      IS DISTINCT FROM (1, (p.released_by IS NOT NULL)::integer::bigint, coalesce(m.made, 0), coalesce(m.undone, 0))
