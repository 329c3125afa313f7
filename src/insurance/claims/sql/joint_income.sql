-- The income claim a claim is settled together with: itself, or the newest of the same project for the same disaster, for the same day
-- and peril, or whose accounts hold the day of loss. $1 the claim at hand
SELECT c.id
FROM claim a
JOIN claim c ON c.project_id = a.project_id AND c.cover = 'INCOME' AND c.live
LEFT JOIN LATERAL (
    SELECT n.inputs -> 'basis' AS basis FROM assessment n WHERE n.claim_id = c.id ORDER BY n.version DESC LIMIT 1
) n ON true
WHERE a.id = $1 AND (
    c.id = a.id OR (a.cover = 'INDUSTRY' AND a.live AND (
        c.disaster_id = a.disaster_id OR (c.loss_on = a.loss_on AND c.peril = a.peril)
        OR a.loss_on BETWEEN coalesce(n.basis ->> 'from_on', n.basis ->> 'damaged_on')::date
                         AND coalesce((n.basis ->> 'last_on')::date, (n.basis ->> 'resumed_on')::date - 1))))
ORDER BY c.id = a.id DESC, c.id DESC
LIMIT 1
