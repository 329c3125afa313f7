-- A report of every claim, and one more event of all that went further. $1 reporter
INSERT INTO claim_event (claim_id, region_path, insurer_id, claim_version, verb, from_state, to_state, business_at, business_on, actor_id, role)
SELECT c.id, c.region_path, c.insurer_id, v, CASE v WHEN 1 THEN 'report' ELSE 'acceptance' END, CASE v WHEN 2 THEN 'REPORTED' END,
    CASE v WHEN 1 THEN 'REPORTED' ELSE c.state END, c.reported_at, c.reported_on, $1, 'CITY_OFFICE'
FROM claim c, generate_series(1, 2) v WHERE v = 1 OR c.state <> 'REPORTED'
