-- The policy of a project and cover that stood on a day. $1 project, $2 cover, $3 the day
SELECT p.id, p.number, p.project_id, p.region_path, p.insurer_id, p.cover, p.state, lower(p.period) AS starts_on,
       upper(p.period) AS ends_before, p.terms_version, p.terms_checksum, p.insured_party_id, p.sum_insured_fen, p.guaranteed_fen,
       p.bound_on
FROM policy p
WHERE p.project_id = $1 AND p.cover = $2 AND p.period @> $3::date AND p.bound_on <= $3 AND p.stands
