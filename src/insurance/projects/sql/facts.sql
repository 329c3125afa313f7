-- What was known of projects on a day: the project as it stood then, its money, its title holders, its newest papers.
-- An insurer whose grant has ended sees what stood at its end.
-- $1 ids or null for all, $2 the day, $3 county, $4 town of the reader. Each part is looked up project by project through its
-- index: row-level security hides from the planner how many rows there are, and joined sets would be walked once per project.
SELECT s.id, s.code, s.name, s.region_path, p.county_code, p.town_code,
       p.version, s.taxonomy, s.asset_kind, s.ownership, s.operation, s.situation, s.title_on, s.title_paper, s.title_disputed,
       s.link_agreement, s.insurable_interest, s.households, s.people, s.annual_income_fen, s.income_basis, s.income_basis_on,
       s.contract_until, s.retired_on, s.stated_cover, m.funds, g.kinds AS owner_kinds, d.papers, v.covers,
       w.id AS owner_id, w.kind AS owner_kind, w.name AS owner_name, o.id AS operator_id, o.kind AS operator_kind, o.name AS operator_name
FROM project p
LEFT JOIN LATERAL (
    SELECT c.before FROM project_change c WHERE c.project_id = p.id AND c.business_on > $2 ORDER BY c.version LIMIT 1
) b ON true
LEFT JOIN (SELECT f.project_id, f.before FROM frozen_projects() f WHERE (SELECT scope_insurer()) <> '*') z ON z.project_id = p.id
CROSS JOIN LATERAL (SELECT coalesce(b.before, z.before) AS before) k
CROSS JOIN LATERAL jsonb_populate_record(p, k.before -> 'project') s
CROSS JOIN LATERAL (
    SELECT jsonb_object_agg(y.fund, y.amount_fen) AS funds FROM (
        SELECT f.fund, sum(f.amount_fen)::bigint AS amount_fen FROM funding f WHERE f.project_id = p.id AND k.before IS NULL GROUP BY f.fund
        UNION ALL
        SELECT f.fund, sum(f.amount_fen)::bigint FROM jsonb_populate_recordset(NULL::funding, k.before -> 'funding') f GROUP BY f.fund) y
) m
CROSS JOIN LATERAL (
    SELECT array_agg(DISTINCT y.kind ORDER BY y.kind) AS kinds
    FROM (SELECT r.* FROM right_holding r WHERE r.project_id = p.id AND z.before IS NULL
          UNION ALL SELECT r.* FROM jsonb_populate_recordset(NULL::right_holding, z.before -> 'rights') r) h
    JOIN party y ON y.id = h.party_id
    WHERE h.right_kind = 'OWNERSHIP' AND (h.from_on IS NULL OR h.from_on <= $2) AND (h.until_on IS NULL OR h.until_on > $2)
) g
CROSS JOIN LATERAL (
    SELECT jsonb_object_agg(n.kind, jsonb_build_object('id', n.id, 'name', n.file_name, 'on', n.known_on)) AS papers
    FROM (SELECT DISTINCT ON (y.kind) y.kind, y.id, y.file_name, y.known_on
          FROM (SELECT e.kind, e.id, e.file_name, coalesce(e.dated_on, (e.filed_at AT TIME ZONE 'Asia/Shanghai')::date) AS known_on
                FROM document e WHERE e.subject_kind = 'project' AND e.subject_id = p.id) y
          WHERE y.known_on <= $2
          ORDER BY y.kind, y.known_on DESC, y.id DESC) n
) d
CROSS JOIN LATERAL (
    SELECT jsonb_agg(to_jsonb(e) || jsonb_build_object('starts_on', lower(e.period), 'ends_before', upper(e.period)) ORDER BY e.id) AS covers
    FROM (SELECT d.* FROM declared_cover d WHERE d.project_id = p.id AND z.before -> 'declared' IS NULL
          UNION ALL SELECT d.* FROM jsonb_populate_recordset(NULL::declared_cover, z.before -> 'declared') d) e
) v
LEFT JOIN party w ON w.id = s.owner_party_id
LEFT JOIN party o ON o.id = s.operator_party_id
WHERE ($1::bigint[] IS NULL OR p.id = ANY ($1)) AND ($3::text IS NULL OR p.county_code = $3) AND ($4::text IS NULL OR p.town_code = $4)
ORDER BY p.id
