-- One policy whole, with the names beside its numbers. $1 its id.
SELECT p.id, p.number, p.cover, p.state, p.project_id, j.code AS project_code, j.name AS project_name, j.village,
       p.county_code, p.town_code, r.name AS town, p.region_path, p.insurer_id, i.code AS insurer_code, i.name AS insurer_name,
       lower(p.period) AS starts_on, upper(p.period) AS ends_before, p.sum_insured_fen, p.guaranteed_fen, p.premium_fen,
       p.terms_version, p.bound_on, p.version, p.renewed_from, p.sold_before,
       (SELECT min(r.id) FROM policy r WHERE r.renewed_from = p.id AND r.stands) AS renewed_by,
       p.terms_checksum, p.steps, p.judgement, p.insured_party_id, p.opening,
       o.name AS insured_name, o.credit_code AS insured_code,
       p.application_document_id, a.file_name AS application_name, coalesce(a.dated_on, a.filed_at::date) AS application_on,
       p.title_document_id, d.file_name AS title_name, coalesce(d.dated_on, d.filed_at::date) AS title_on,
       (SELECT n.display_name FROM user_names(ARRAY[p.applied_by]) n) AS applied_by_name
FROM policy p
JOIN insurer i ON i.id = p.insurer_id
JOIN region r ON r.code = p.town_code
LEFT JOIN project j ON j.id = p.project_id
LEFT JOIN party o ON o.id = p.insured_party_id
LEFT JOIN document a ON a.id = p.application_document_id
LEFT JOIN document d ON d.id = p.title_document_id
WHERE p.id = $1
