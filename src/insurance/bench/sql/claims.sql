-- 74 % closed, 26 % open in four states; days of loss spread. $1 how many, $2 reporter, $3 office, $4 procedure, $5 clocks
INSERT INTO claim (number, policy_id, project_id, region_path, insurer_id, cover, peril, loss_on, loss_at, reported_at, reported_on, reported_by,
    reported_from, reported_fen, state, procedure_version, clocks, due_at, due_clock, last_verb, version)
SELECT 'OLD' || g, p.id, p.project_id, p.region_path, p.insurer_id, p.cover, 'HAIL', day, day, day + interval '1 day', day + 1, $2, $3, 4600000, s.state,
    $4, $5, CASE WHEN s.state = 'CLOSED' THEN NULL ELSE day + interval '20 days' + g * interval '1 second' END, 'survey', 'report',
    CASE s.state WHEN 'REPORTED' THEN 1 ELSE 2 END
FROM generate_series(0, $1::integer - 1) g
JOIN policy p ON p.id = 1 + g % (SELECT count(*) FROM policy)
CROSS JOIN LATERAL (SELECT DATE '2019-01-10' + ((g / (SELECT count(*) FROM policy)) * 7 % 200)::integer AS day) d
CROSS JOIN LATERAL (SELECT CASE WHEN x < 74 THEN 'CLOSED' ELSE (ARRAY['REPORTED', 'ACCEPTED', 'OPENED', 'ASSESSING'])[1 + ((g / 100) + x) % 4] END AS state
                    FROM (SELECT (g * 37) % 100 AS x) n) s
