-- Every line of a paid list is a use. $1 list, $2 the day, $3 the paper, $4 by, $5 at
INSERT INTO sharing_use (sharing_id, project_id, region_path, working_no, purpose, key, amount_fen, used_on, pay_list_id, document_id, made_by,
                         made_at)
SELECT l.sharing_id, l.project_id, l.region_path, l.working_no, l.purpose, l.key, l.amount_fen, $2, l.pay_list_id, $3, $4, $5
FROM sharing_pay_line l
WHERE l.pay_list_id = $1 AND l.live
ORDER BY l.ordinal
