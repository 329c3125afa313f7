-- A use taken back: the same money with the other sign, and the share may be listed again. $1 use, $2 the day, $3 why, $4 by, $5 at
WITH made AS (
    INSERT INTO sharing_use (sharing_id, project_id, region_path, working_no, purpose, key, amount_fen, used_on, pay_list_id, reverses_id, note,
                             made_by, made_at)
    SELECT u.sharing_id, u.project_id, u.region_path, u.working_no, u.purpose, u.key, -u.amount_fen, $2, u.pay_list_id, u.id, $3, $4, $5
    FROM sharing_use u WHERE u.id = $1
    RETURNING sharing_id, pay_list_id, purpose, key
)
UPDATE sharing_pay_line l SET live = false
FROM made m
WHERE l.pay_list_id = m.pay_list_id AND l.purpose = m.purpose AND l.key = m.key
