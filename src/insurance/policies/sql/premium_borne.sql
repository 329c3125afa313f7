-- Who bears what of a premium by now, endorsements included, largest weight first. $1 policy
SELECT s.payer, max(s.weight) AS weight, sum(s.amount_fen)::bigint AS amount_fen
FROM (SELECT payer, weight, amount_fen FROM premium_share WHERE policy_id = $1
      UNION ALL
      SELECT payer, 0, amount_fen FROM endorsement_share WHERE policy_id = $1) s
GROUP BY s.payer
ORDER BY max(s.weight) DESC, s.payer
