-- Claims per county and disaster on a day. An event opens or ends its claim, so the sum of all events by the day is what stands open.
-- A past claim comes in ended by the one event of its notice: it stood open until the day it is stated to have ended.
-- $1 day, $2 county or null, $3 town or null, $4 insurer or null, $5 the states in which a claim has ended
SELECT c.county_code, d.code, d.name, count(*) FILTER (WHERE e.from_state IS NULL) AS reported,
       sum((e.to_state <> ALL ($5::text[]))::integer - coalesce((e.from_state <> ALL ($5::text[]))::integer, 0)
           + CASE WHEN e.verb = 'opening-entry' AND e.to_state = ANY ($5) THEN (
                 SELECT o.ended_on > $1 FROM claim_opening o WHERE o.claim_id = c.id ORDER BY o.version DESC LIMIT 1)::integer ELSE 0 END) AS open
FROM claim_event e
JOIN claim c ON c.id = e.claim_id
LEFT JOIN disaster d ON d.id = c.disaster_id
WHERE e.business_on <= $1
  AND ($2::text IS NULL OR c.county_code = $2) AND ($3::text IS NULL OR c.town_code = $3) AND ($4::bigint IS NULL OR c.insurer_id = $4)
GROUP BY c.county_code, d.code, d.name
