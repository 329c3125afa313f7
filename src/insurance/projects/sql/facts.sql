-- What was known of projects on a day: the project as it stood then, its money, its title holders, its newest papers.
-- $1 ids or null for all, $2 the day, $3 county, $4 town of the reader.
WITH chosen AS (
    SELECT p.* FROM project p
    WHERE ($1::bigint[] IS NULL OR p.id = ANY ($1)) AND ($3::text IS NULL OR p.county_code = $3) AND ($4::text IS NULL OR p.town_code = $4)
), past AS MATERIALIZED (
    SELECT DISTINCT ON (c.project_id) c.project_id, c.before
    FROM project_change c JOIN chosen p ON p.id = c.project_id
    WHERE c.business_on > $2 ORDER BY c.project_id, c.version
), standing AS (
    SELECT p.* FROM chosen p WHERE NOT EXISTS (SELECT FROM past k WHERE k.project_id = p.id)
    UNION ALL
    SELECT r.* FROM past k, LATERAL jsonb_populate_record(NULL::project, k.before -> 'project') r
), money AS (
    SELECT f.project_id, f.fund, sum(f.amount_fen)::bigint AS amount_fen
    FROM funding f JOIN chosen p ON p.id = f.project_id
    WHERE NOT EXISTS (SELECT FROM past k WHERE k.project_id = f.project_id) GROUP BY f.project_id, f.fund
    UNION ALL
    SELECT k.project_id, f.fund, sum(f.amount_fen)::bigint
    FROM past k, LATERAL jsonb_populate_recordset(NULL::funding, k.before -> 'funding') f GROUP BY k.project_id, f.fund
), funds AS (
    SELECT project_id, jsonb_object_agg(fund, amount_fen) AS funds FROM money GROUP BY project_id
), titles AS (
    SELECT h.project_id, array_agg(DISTINCT w.kind ORDER BY w.kind) AS kinds
    FROM right_holding h JOIN chosen p ON p.id = h.project_id JOIN party w ON w.id = h.party_id
    WHERE h.right_kind = 'OWNERSHIP' AND (h.from_on IS NULL OR h.from_on <= $2) AND (h.until_on IS NULL OR h.until_on > $2)
    GROUP BY h.project_id
), papers AS (
    SELECT n.subject_id, jsonb_object_agg(n.kind, jsonb_build_object('id', n.id, 'name', n.file_name, 'on', n.known_on)) AS papers
    FROM (SELECT DISTINCT ON (d.subject_id, d.kind) d.subject_id, d.kind, d.id, d.file_name,
                 coalesce(d.dated_on, (d.filed_at AT TIME ZONE 'Asia/Shanghai')::date) AS known_on
          FROM document d JOIN chosen p ON p.id = d.subject_id
          WHERE d.subject_kind = 'project' AND coalesce(d.dated_on, (d.filed_at AT TIME ZONE 'Asia/Shanghai')::date) <= $2
          ORDER BY d.subject_id, d.kind, coalesce(d.dated_on, (d.filed_at AT TIME ZONE 'Asia/Shanghai')::date) DESC, d.id DESC) n
    GROUP BY n.subject_id
), declared AS (
    SELECT d.project_id, jsonb_agg(to_jsonb(d) || jsonb_build_object('starts_on', lower(d.period), 'ends_before', upper(d.period)) ORDER BY d.id) AS covers
    FROM declared_cover d JOIN chosen p ON p.id = d.project_id GROUP BY d.project_id
)
SELECT s.id, s.code, s.name, s.region_path, split_part(s.region_path, '/', 2) AS county_code, split_part(s.region_path, '/', 3) AS town_code,
       c.version, s.taxonomy, s.asset_kind, s.ownership, s.operation, s.situation, s.title_on, s.title_paper, s.title_disputed,
       s.link_agreement, s.insurable_interest, s.households, s.people, s.annual_income_fen, s.income_basis, s.income_basis_on,
       s.contract_until, s.retired_on, s.stated_cover, m.funds, g.kinds AS owner_kinds, d.papers, v.covers,
       w.id AS owner_id, w.kind AS owner_kind, w.name AS owner_name, o.id AS operator_id, o.kind AS operator_kind, o.name AS operator_name
FROM standing s
JOIN chosen c ON c.id = s.id
LEFT JOIN funds m ON m.project_id = s.id
LEFT JOIN titles g ON g.project_id = s.id
LEFT JOIN papers d ON d.subject_id = s.id
LEFT JOIN declared v ON v.project_id = s.id
LEFT JOIN party w ON w.id = s.owner_party_id
LEFT JOIN party o ON o.id = s.operator_party_id
ORDER BY s.id
