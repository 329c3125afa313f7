-- Undo what `undoing` (what the import created and updated) did: what it created goes, what it changed stands as before.
CREATE TEMP TABLE restored ON COMMIT DROP AS
SELECT DISTINCT u.project_id, k.before
FROM undoing u JOIN project_change k ON k.project_id = u.project_id AND k.version = u.project_version - 1
WHERE NOT u.project_created;

CREATE TEMP TABLE loosed ON COMMIT DROP AS
SELECT DISTINCT h.party_id FROM right_holding h JOIN undoing u ON u.project_id = h.project_id
UNION SELECT p.owner_party_id FROM project p JOIN undoing u ON u.project_id = p.id WHERE p.owner_party_id IS NOT NULL
UNION SELECT p.operator_party_id FROM project p JOIN undoing u ON u.project_id = p.id WHERE p.operator_party_id IS NOT NULL;

DELETE FROM funding f USING undoing u WHERE u.outcome = 'CREATED' AND f.asset_id = u.asset_id;
DELETE FROM asset a USING undoing u WHERE u.outcome = 'CREATED' AND a.id = u.asset_id;
DELETE FROM right_holding h USING (SELECT DISTINCT project_id FROM undoing WHERE project_created) u WHERE h.project_id = u.project_id;
DELETE FROM project p USING (SELECT DISTINCT project_id FROM undoing WHERE project_created) u WHERE p.id = u.project_id;

UPDATE project p SET
    name = r.name, taxonomy = r.taxonomy, asset_kind = r.asset_kind, ownership = r.ownership, operation = r.operation,
    situation = r.situation, built_year = r.built_year, owner_party_id = r.owner_party_id, operator_party_id = r.operator_party_id,
    title_on = r.title_on, title_paper = r.title_paper, title_disputed = r.title_disputed, contract_number = r.contract_number,
    contract_from = r.contract_from, contract_until = r.contract_until, households = r.households, people = r.people,
    annual_income_fen = r.annual_income_fen, distribution = r.distribution, stated_cover = r.stated_cover, version = p.version + 1
FROM restored k, LATERAL jsonb_populate_record(NULL::project, k.before -> 'project') r
WHERE p.id = k.project_id;

UPDATE asset a SET
    code = r.code, name = r.name, specification = r.specification, place = r.place, quantity = r.quantity, unit = r.unit,
    cost_fen = r.cost_fen, residual_rate = r.residual_rate, life_months = r.life_months, in_use_on = r.in_use_on,
    stated_net_value_fen = r.stated_net_value_fen, stated = r.stated, situation = r.situation, retired_on = r.retired_on,
    row_digest = r.row_digest
FROM restored k, LATERAL jsonb_populate_recordset(NULL::asset, k.before -> 'assets') r
WHERE a.id = r.id;

DELETE FROM funding f USING restored k WHERE f.project_id = k.project_id;
INSERT INTO funding (id, project_id, asset_id, region_path, fund, level, amount_fen)
SELECT r.id, r.project_id, r.asset_id, r.region_path, r.fund, r.level, r.amount_fen
FROM restored k, LATERAL jsonb_populate_recordset(NULL::funding, k.before -> 'funding') r;

DELETE FROM right_holding h USING restored k WHERE h.project_id = k.project_id;
INSERT INTO right_holding (id, project_id, region_path, right_kind, party_id, from_on, until_on)
SELECT r.id, r.project_id, r.region_path, r.right_kind, r.party_id, r.from_on, r.until_on
FROM restored k, LATERAL jsonb_populate_recordset(NULL::right_holding, k.before -> 'rights') r;

-- parties nobody holds a right through any more; one with an account stays
DELETE FROM party w USING loosed l
WHERE w.id = l.party_id
  AND NOT EXISTS (SELECT FROM right_holding h WHERE h.party_id = w.id)
  AND NOT EXISTS (SELECT FROM project p WHERE p.owner_party_id = w.id OR p.operator_party_id = w.id)
  AND NOT EXISTS (SELECT FROM party_account a WHERE a.party_id = w.id)
  AND NOT EXISTS (SELECT FROM policy x WHERE x.insured_party_id = w.id);

DROP TABLE restored, loosed, undoing;
