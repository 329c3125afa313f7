-- The shares of a working, each with what was used of it, the household behind it (as its list stated it) and where it stands with the
-- bank. $1 distribution, $2 working
SELECT h.purpose, h.key, h.repaid_id, h.amount_fen, coalesce(u.used_fen, 0)::bigint AS used_fen, b.name, b.need, b.weight, b.card_tail,
       b.bank_name, q.payee_name, q.payee_bank, q.payee_account_tail AS payee_tail, l.pay_list_id, i.number AS pay_list_number
FROM sharing_share h
JOIN sharing_working w ON w.sharing_id = h.sharing_id AND w.no = h.working_no
LEFT JOIN beneficiary b ON h.purpose = 'DIVIDEND' AND b.list_id = w.list_id AND b.key = h.key
LEFT JOIN sharing_plan_purpose q ON q.plan_id = w.plan_id AND q.purpose = h.purpose
LEFT JOIN LATERAL (SELECT sum(x.amount_fen) AS used_fen FROM sharing_use x
                   WHERE x.sharing_id = h.sharing_id AND x.purpose = h.purpose AND x.key = h.key) u ON true
LEFT JOIN sharing_pay_line l ON l.sharing_id = h.sharing_id AND l.purpose = h.purpose AND l.key = h.key AND l.live
LEFT JOIN sharing_pay_list i ON i.id = l.pay_list_id
WHERE h.sharing_id = $1 AND h.working_no = $2
ORDER BY array_position(ARRAY['REPAYMENT', 'RESERVE', 'DIVIDEND', 'MUTUAL_AID', 'POSTS', 'VILLAGE', 'FUND', 'OTHER'], h.purpose),
         h.key COLLATE "C"
