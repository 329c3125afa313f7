-- Where the days of an income policy end by now. `mode_ended_on`: the first day on which the collective no longer ran the project
-- itself, by the endorsement that ended the cover or, before there is one, by the register. $1 policy
SELECT upper(p.period) < p.sold_before AS ended_early,
       coalesce(
           (SELECT e.ends_before FROM endorsement e
            WHERE e.policy_id = p.id AND e.kind = 'MODE_CHANGED' AND e.ends_before IS NOT NULL ORDER BY e.id DESC LIMIT 1),
           CASE WHEN p.known_operation = 'SELF' AND j.operation <> 'SELF' THEN
               (SELECT c.business_on FROM project_change c
                WHERE c.project_id = p.project_id AND c.before -> 'project' ->> 'operation' = 'SELF' ORDER BY c.version DESC LIMIT 1)
           END) AS mode_ended_on
FROM policy p
JOIN project j ON j.id = p.project_id
WHERE p.id = $1
