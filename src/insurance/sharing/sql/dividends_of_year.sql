-- What the households of a project were allotted in a year by distributions that stand. $1 project, $2 first day, $3 last day
SELECT coalesce(sum(h.amount_fen), 0)::bigint
FROM sharing s
JOIN sharing_share h ON h.sharing_id = s.id AND h.working_no = s.working_no AND h.purpose = 'DIVIDEND'
WHERE s.project_id = $1 AND s.state <> 'CANCELLED' AND s.made_on BETWEEN $2 AND $3
