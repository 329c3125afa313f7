-- What the policy of a claim promised on a day: what was insured then and to whom, in the days its cover has by now. $1 policy, $2 the day
SELECT p.id, p.cover, lower(p.period) AS starts_on, upper(p.period) AS ends_before, p.terms_version, p.terms_checksum, p.guaranteed_fen,
       coalesce((SELECT sum(t.sum_insured_fen) FROM policy_item t WHERE t.policy_id = p.id AND insured_then(t, $2::date)),
                p.sum_insured_fen)::bigint AS sum_insured_fen,
       coalesce((SELECT e.insured_before_id FROM endorsement e
                 WHERE e.policy_id = p.id AND e.kind = 'INSURED_CHANGED' AND e.effective_on > $2 ORDER BY e.effective_on, e.id LIMIT 1),
                p.insured_party_id) AS insured_party_id
FROM policy p
WHERE p.id = $1
