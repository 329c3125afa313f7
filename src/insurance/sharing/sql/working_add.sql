-- A working with its shares, in one statement. $1 distribution, $2 number, $3 project, $4 region, $5 plan, $6 list, $7 version of the rules,
-- $8 inputs, $9 steps, $10 amount, $11 by, $12 at; $13 purposes, $14 keys, $15 repaid distributions, $16 amounts
WITH made AS (
    INSERT INTO sharing_working (sharing_id, no, project_id, region_path, plan_id, list_id, rules_version, inputs, steps, amount_fen, made_by,
                                 made_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
    RETURNING sharing_id, no, project_id, region_path
)
INSERT INTO sharing_share (sharing_id, working_no, project_id, region_path, purpose, key, repaid_id, amount_fen)
SELECT m.sharing_id, m.no, m.project_id, m.region_path, s.purpose, s.key, s.repaid_id, s.amount_fen
FROM made m CROSS JOIN unnest($13::text[], $14::text[], $15::bigint[], $16::bigint[]) AS s (purpose, key, repaid_id, amount_fen)
