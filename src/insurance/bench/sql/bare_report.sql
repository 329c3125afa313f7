-- The limit of W3: the same rows in one bare statement, without walls or rules. USER_ID is put in by the benchmark.
WITH turn AS (SELECT nextval('bench_turn')::integer AS n), found AS (
    SELECT p.*, t.n, DATE '2019-02-01' + t.n / 20000 AS day, j.name AS project_name, i.name AS insurer_name
    FROM turn t JOIN policy p ON p.id = 1 + t.n % 20000 JOIN project j ON j.id = p.project_id JOIN insurer i ON i.id = p.insurer_id
    WHERE p.period @> DATE '2019-02-01' AND p.state = 'IN_FORCE' AND p.sum_insured_fen >= 4600000
), made AS (
    INSERT INTO claim (number, policy_id, project_id, region_path, insurer_id, cover, peril, loss_on, loss_at, reported_at, reported_on,
        reported_by, reported_from, reported_fen, state, procedure_version, clocks, due_at, due_clock, last_verb)
    SELECT 'PB' || nextval('claim_number'), f.id, f.project_id, f.region_path, f.insurer_id, f.cover, 'RAINSTORM', f.day, f.day, now(), f.day + 1,
        USER_ID, '370400/', 4600000, 'REPORTED', 'X', '[]', now(), 'survey', 'report' FROM found f RETURNING *
), told AS (
    INSERT INTO claim_event (claim_id, region_path, insurer_id, claim_version, verb, from_state, to_state, business_at, business_on, actor_id,
        role) SELECT id, region_path, insurer_id, 1, 'report', NULL, 'REPORTED', now(), reported_on, USER_ID, 'CITY_OFFICE' FROM made
), noted AS (
    INSERT INTO audit_event (recorded_at, business_at, actor_id, role, scope_region, scope_insurer, verb, subject, facts, request_id, digest)
    SELECT now(), now(), USER_ID, 'CITY_OFFICE', '370400/', '*', 'claim.reported', 'claim:' || id, '{}', 'bench', sha256(number::bytea) FROM made
), kept AS (
    INSERT INTO idempotency (actor_id, route, key, request_digest, status, location, body)
    SELECT USER_ID, 'POST /api/v1/claims', number, sha256(number::bytea), 201, '/api/v1/claims/' || id, convert_to(row_to_json(m)::text, 'UTF8')
    FROM made m
)
SELECT row_to_json(m), f.project_name, f.insurer_name FROM made m CROSS JOIN found f;
