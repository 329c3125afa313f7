-- What of a claim decides which papers are asked for. $1 claim
WITH newest AS (
    SELECT a.id, a.inputs -> 'given' AS given FROM assessment a WHERE a.claim_id = $1 ORDER BY a.version DESC LIMIT 1
)
SELECT c.cover, c.peril, j.taxonomy, p.terms_version, p.terms_checksum,
       (SELECT n.given FROM newest n) AS given,
       (SELECT coalesce(jsonb_agg(jsonb_build_array(l.value_fen, l.loss_fen) ORDER BY l.ordinal), '[]')
        FROM assessment_line l JOIN newest n ON n.id = l.assessment_id) AS losses,
       coalesce((SELECT t.caused FROM third_party t WHERE t.claim_id = c.id ORDER BY t.id DESC LIMIT 1), false) AS third_party,
       (SELECT count(DISTINCT o.project_id) FROM claim o WHERE o.disaster_id = c.disaster_id AND o.insurer_id = c.insurer_id
        AND o.town_code = c.town_code AND o.state <> 'WITHDRAWN')::integer AS together,
       EXISTS (SELECT FROM claim_event e WHERE e.claim_id = c.id AND e.verb = 'publicity') AS published,
       c.cover = 'INCOME' AND asset_claimed(c.project_id, c.loss_on, c.disaster_id) AS asset_claimed
FROM claim c JOIN project j ON j.id = c.project_id JOIN policy p ON p.id = c.policy_id
WHERE c.id = $1
