-- Endorsements follow one another without a gap and lead to where the policy stands; their lines and shares make their amounts.
SELECT 'endorsement ' || e.number || ' starts from a premium of ' || e.premium_before_fen || ' and a sum of ' || e.sum_before_fen
       || ' fen, the one before left ' || e.premium_left || ' and ' || e.sum_left AS offence
FROM (SELECT e.*, lag(e.premium_after_fen) OVER w AS premium_left, lag(e.sum_after_fen) OVER w AS sum_left
      FROM endorsement e WINDOW w AS (PARTITION BY e.policy_id ORDER BY e.policy_version)) e
WHERE (e.premium_before_fen, e.sum_before_fen) IS DISTINCT FROM (coalesce(e.premium_left, e.premium_before_fen), coalesce(e.sum_left, e.sum_before_fen))
UNION ALL
SELECT 'policy ' || p.number || ' does not stand where its last endorsement left it'
FROM policy p
JOIN LATERAL (SELECT e.* FROM endorsement e WHERE e.policy_id = p.id ORDER BY e.policy_version DESC LIMIT 1) e ON true
WHERE (p.premium_fen, p.sum_insured_fen) IS DISTINCT FROM (e.premium_after_fen, e.sum_after_fen)
UNION ALL
SELECT 'policy ' || p.number || ' ends before ' || upper(p.period) || ', its endorsements say ' || coalesce(e.ends_before, p.sold_before)
FROM policy p
LEFT JOIN LATERAL (SELECT min(e.ends_before) AS ends_before FROM endorsement e WHERE e.policy_id = p.id) e ON true
WHERE NOT p.never_covered AND upper(p.period) IS DISTINCT FROM coalesce(e.ends_before, p.sold_before)
UNION ALL
SELECT 'endorsement ' || e.number || ': shares ' || coalesce(s.fen, 0) || ' fen, difference ' || e.charged_fen - e.returned_fen
FROM endorsement e
LEFT JOIN (SELECT endorsement_id, sum(amount_fen) AS fen FROM endorsement_share GROUP BY endorsement_id) s ON s.endorsement_id = e.id
WHERE coalesce(s.fen, 0) <> e.charged_fen - e.returned_fen
UNION ALL
SELECT 'endorsement ' || e.number || ' has no event of its policy'
FROM endorsement e
WHERE NOT EXISTS (SELECT FROM policy_event v WHERE v.policy_id = e.policy_id AND v.facts ->> 'endorsement' = e.id::text)
