-- Parties, changed projects, assets, money, rights and the log of rows, all at once.
INSERT INTO party (region_path, kind, name, name_key)
SELECT DISTINCT ON (t.path, s.kind, s.name_key) t.path, coalesce(s.kind, 'OTHER'), s.name, s.name_key
FROM staged_right s JOIN region t ON t.code = s.town_code
WHERE s.kind IS NOT NULL OR NOT EXISTS (SELECT FROM party w WHERE w.region_path = t.path AND w.name_key = s.name_key)
ORDER BY t.path, s.kind, s.name_key, s.name
ON CONFLICT DO NOTHING;

CREATE TEMP TABLE held ON COMMIT DROP AS
SELECT s.project_key, s.right_kind, s.from_on, s.until_on,
       (SELECT w.id FROM party w WHERE w.region_path = t.path AND w.name_key = s.name_key AND (s.kind IS NULL OR w.kind = s.kind)
        ORDER BY w.kind = 'OTHER', w.id LIMIT 1) AS party_id
FROM staged_right s JOIN region t ON t.code = s.town_code;
ANALYZE held;

-- what the register does not state stays as it is
UPDATE project p SET
    name = s.name, taxonomy = coalesce(s.taxonomy, p.taxonomy), asset_kind = coalesce(s.asset_kind, p.asset_kind),
    ownership = coalesce(s.ownership, p.ownership), operation = coalesce(s.operation, p.operation),
    situation = coalesce(s.situation, p.situation), built_year = coalesce(s.built_year, p.built_year),
    title_on = coalesce(s.title_on, p.title_on), title_paper = coalesce(s.title_paper, p.title_paper),
    title_disputed = coalesce(s.title_disputed, p.title_disputed), contract_number = coalesce(s.contract_number, p.contract_number),
    contract_from = coalesce(s.contract_from, p.contract_from), contract_until = coalesce(s.contract_until, p.contract_until),
    households = coalesce(s.households, p.households), people = coalesce(s.people, p.people),
    annual_income_fen = coalesce(s.annual_income_fen, p.annual_income_fen), distribution = coalesce(s.distribution, p.distribution),
    stated_cover = p.stated_cover || coalesce(s.stated_cover::jsonb, '{}'), version = p.version + 1
FROM staged_project s, touched u
WHERE u.project_id = p.id AND p.register_key = s.project_key;

UPDATE project p SET owner_party_id = coalesce(o.party_id, p.owner_party_id), operator_party_id = coalesce(r.party_id, p.operator_party_id)
FROM staged_project s
LEFT JOIN held o ON o.project_key = s.project_key AND o.right_kind = 'OWNERSHIP'
LEFT JOIN held r ON r.project_key = s.project_key AND r.right_kind = 'OPERATION'
WHERE p.register_key = s.project_key AND (o.party_id IS NOT NULL OR r.party_id IS NOT NULL)
  AND p.id IN (SELECT project_id FROM stored);

INSERT INTO asset (id, project_id, region_path, register_key, code, name, specification, place, quantity, unit, cost_fen, residual_rate,
    life_months, in_use_on, stated_net_value_fen, stated, situation, retired_on, row_digest)
SELECT c.asset_id, c.project_id, c.region_path, s.asset_key, s.code, s.name, coalesce(s.specification, ''), coalesce(s.place, ''), s.quantity,
    coalesce(s.unit, ''), s.cost_fen, trim_scale(s.residual_millionths::numeric / 1000000), s.life_months, s.in_use_on,
    s.stated_net_value_fen, coalesce(s.stated::jsonb, '{}'), s.situation,
    CASE WHEN s.situation IN ('DISPOSED', 'SCRAPPED', 'LOST') THEN w.made_on END, s.digest
FROM stored c JOIN staged_row s USING (ordinal) CROSS JOIN staged_act w
WHERE c.outcome = 'CREATED';

UPDATE asset a SET
    code = coalesce(s.code, a.code), name = s.name, specification = coalesce(s.specification, a.specification),
    place = coalesce(s.place, a.place), quantity = coalesce(s.quantity, a.quantity), unit = coalesce(s.unit, a.unit),
    cost_fen = coalesce(s.cost_fen, a.cost_fen),
    residual_rate = coalesce(trim_scale(s.residual_millionths::numeric / 1000000), a.residual_rate),
    life_months = coalesce(s.life_months, a.life_months), in_use_on = coalesce(s.in_use_on, a.in_use_on),
    stated_net_value_fen = coalesce(s.stated_net_value_fen, a.stated_net_value_fen), stated = a.stated || coalesce(s.stated::jsonb, '{}'),
    situation = coalesce(s.situation, a.situation),
    retired_on = CASE WHEN s.situation IS NULL THEN a.retired_on
                      WHEN s.situation IN ('DISPOSED', 'SCRAPPED', 'LOST') THEN coalesce(a.retired_on, w.made_on) END,
    row_digest = s.digest
FROM stored c JOIN staged_row s USING (ordinal) CROSS JOIN staged_act w
WHERE c.outcome = 'UPDATED' AND a.id = c.asset_id;

DELETE FROM funding f USING stored c
WHERE c.outcome = 'UPDATED' AND f.asset_id = c.asset_id AND EXISTS (SELECT FROM staged_fund s WHERE s.ordinal = c.ordinal);

INSERT INTO funding (project_id, asset_id, region_path, fund, level, amount_fen)
SELECT c.project_id, c.asset_id, c.region_path, s.fund, s.level, s.amount_fen
FROM staged_fund s JOIN stored c USING (ordinal)
WHERE c.outcome <> 'CLASH';

-- a right passes on: the open holding of anybody else ends
CREATE TEMP TABLE passing ON COMMIT DROP AS
SELECT DISTINCT c.project_id, c.region_path, h.right_kind, h.party_id, h.from_on, h.until_on, c.project_created
FROM held h JOIN stored c USING (project_key)
WHERE c.outcome <> 'CLASH';

WITH ended AS (
    UPDATE right_holding r SET until_on = w.made_on
    FROM passing n CROSS JOIN staged_act w
    WHERE NOT n.project_created AND r.project_id = n.project_id AND r.right_kind = n.right_kind AND r.until_on IS NULL
      AND r.party_id <> n.party_id
    RETURNING r.project_id, r.right_kind
)
INSERT INTO right_holding (project_id, region_path, right_kind, party_id, from_on, until_on)
SELECT n.project_id, n.region_path, n.right_kind, n.party_id,
       CASE WHEN EXISTS (SELECT FROM ended e WHERE e.project_id = n.project_id AND e.right_kind = n.right_kind) THEN w.made_on ELSE n.from_on END,
       n.until_on
FROM passing n CROSS JOIN staged_act w
WHERE n.project_created OR NOT EXISTS (
    SELECT FROM right_holding r WHERE r.project_id = n.project_id AND r.right_kind = n.right_kind AND r.party_id = n.party_id
      AND (r.until_on IS NULL OR r.until_on = n.until_on));

INSERT INTO register_row (import_id, asset_id, project_id, region_path, outcome, project_created, project_version)
SELECT w.import_id, c.asset_id, c.project_id, c.region_path, c.outcome, c.project_created, c.project_version
FROM stored c CROSS JOIN staged_act w
WHERE c.outcome <> 'CLASH';
