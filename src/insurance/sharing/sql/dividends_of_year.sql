-- What the households of a project were allotted in a year by distributions that stand. $1 project, $2 first day, $3 last day,
-- $4 the backstop that is being measured, or null
SELECT coalesce(sum(h.amount_fen), 0)::bigint
FROM sharing s
JOIN sharing_share h ON h.sharing_id = s.id AND h.working_no = s.working_no AND h.purpose = 'DIVIDEND'
WHERE s.project_id = $1 AND s.state <> 'CANCELLED' AND s.made_on BETWEEN $2 AND $3 AND s.id IS DISTINCT FROM $4::bigint
