-- The newest answers about a third party. $1 claim
SELECT t.caused, t.name, t.family, t.intent, t.paid_fen, t.waived, t.waived_on, t.note, t.answered_on,
       (SELECT n.display_name FROM user_names(ARRAY[t.answered_by]) n) AS answered_by
FROM third_party t
WHERE t.claim_id = $1
ORDER BY t.id DESC
LIMIT 1
