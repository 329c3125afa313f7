-- A new project from its columns as JSON ($1); one without a code gets its town and a number.
INSERT INTO project (code, register_key, name, region_path, village, taxonomy, asset_kind, ownership, operation, situation, built_year,
    owner_party_id, operator_party_id, title_on, title_paper, title_disputed, contract_number, contract_from, contract_until,
    link_agreement, insurable_interest, households, people, annual_income_fen, income_basis, income_basis_on, distribution,
    source, registered_at)
SELECT coalesce(r.code, split_part(r.region_path, '/', 3) || '-' || lpad(nextval('project_number')::text, 6, '0')), r.register_key, r.name,
    r.region_path, r.village, r.taxonomy, r.asset_kind, r.ownership, r.operation, r.situation, r.built_year,
    r.owner_party_id, r.operator_party_id, r.title_on, r.title_paper, r.title_disputed, r.contract_number, r.contract_from, r.contract_until,
    r.link_agreement, r.insurable_interest, r.households, r.people, r.annual_income_fen, r.income_basis, r.income_basis_on, r.distribution,
    'HAND', r.registered_at
FROM jsonb_populate_record(NULL::project, $1) r
RETURNING id
