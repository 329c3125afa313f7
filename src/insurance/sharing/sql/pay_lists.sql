-- The lists of a distribution, oldest first. $1 distribution
SELECT l.id, l.number, l.line_count, l.sum_fen, l.state, l.made_on, l.paid_on, l.cancelled_reason, l.version, n.display_name AS made_by,
       (SELECT count(*) FROM sharing_pay_line x WHERE x.pay_list_id = l.id AND NOT x.live AND l.state = 'PAID') AS returned
FROM sharing_pay_list l
LEFT JOIN LATERAL user_names(ARRAY[l.made_by]) n ON true
WHERE l.sharing_id = $1
ORDER BY l.id
