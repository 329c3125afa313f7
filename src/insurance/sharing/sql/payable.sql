-- The shares of a distribution that no live list carries and nothing was used of, each with where it is paid now: a household by the newest
-- confirmed list that still names the same person, a unit by the plan. $1 distribution, $2 working, $3 whether units too, $4 the day, $5 the project.
-- `mixed`: the account is a household's card and a unit's account at once, by lists and plans of the project.
SELECT h.purpose, h.key, h.amount_fen, coalesce(b.name, q.payee_name) AS holder_name, coalesce(b.bank_name, q.payee_bank) AS bank_name,
       coalesce(b.card_cipher, q.payee_account_cipher) AS account_cipher, coalesce(b.card_digest, q.payee_account_digest) AS account_digest,
       coalesce(b.card_tail, q.payee_account_tail) AS account_tail,
       CASE h.purpose WHEN 'DIVIDEND'
            THEN b.card_digest IN (SELECT u.payee_account_digest FROM sharing_plan_purpose u
                                   WHERE u.project_id = $5 AND u.payee_account_digest IS NOT NULL)
            ELSE q.payee_account_digest IN (SELECT n.card_digest FROM beneficiary n WHERE n.project_id = $5) END AS mixed
FROM sharing_share h
JOIN sharing_working w ON w.sharing_id = h.sharing_id AND w.no = h.working_no
LEFT JOIN LATERAL (
    SELECT n.name, n.bank_name, n.card_cipher, n.card_digest, n.card_tail
    FROM beneficiary o
    JOIN beneficiary_list l ON l.project_id = o.project_id AND l.confirmed_by IS NOT NULL AND l.checked_on <= $4
    JOIN beneficiary n ON n.list_id = l.id AND n.key = o.key AND n.resident_id_digest = o.resident_id_digest
    WHERE h.purpose = 'DIVIDEND' AND o.list_id = w.list_id AND o.key = h.key
    ORDER BY l.checked_on DESC, l.id DESC LIMIT 1
) b ON true
LEFT JOIN sharing_plan_purpose q ON $3 AND q.plan_id = w.plan_id AND q.purpose = h.purpose AND q.payee_name IS NOT NULL
WHERE h.sharing_id = $1 AND h.working_no = $2 AND h.amount_fen > 0 AND (h.purpose = 'DIVIDEND' OR q.payee_name IS NOT NULL)
  AND NOT EXISTS (SELECT FROM sharing_pay_line p WHERE p.sharing_id = h.sharing_id AND p.purpose = h.purpose AND p.key = h.key AND p.live)
  AND coalesce((SELECT sum(u.amount_fen) FROM sharing_use u
                WHERE u.sharing_id = h.sharing_id AND u.purpose = h.purpose AND u.key = h.key), 0) = 0
ORDER BY h.purpose, h.key COLLATE "C"
