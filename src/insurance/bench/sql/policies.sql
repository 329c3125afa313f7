-- Both covers of every project for 2019. $1 insurers, $2 applicant, $3 covers, $4 terms versions, $5 their checksums
INSERT INTO policy (id, number, project_id, region_path, insurer_id, cover, state, period, sold_before, terms_version, terms_checksum,
    sum_insured_fen, guaranteed_fen, premium_fen, steps, judgement, application_document_id, title_document_id, applied_by, bound_on)
SELECT p.id + CASE t.cover WHEN 'INCOME' THEN (SELECT max(id) FROM project) ELSE 0 END, right(t.cover, 3) || p.id, p.id, p.region_path,
    ($1::bigint[])[1 + p.id % 2], t.cover, 'IN_FORCE', '[2019-01-01,2020-01-01)', '2020-01-01', t.version, t.checksum, 50000000,
    CASE t.cover WHEN 'INCOME' THEN 4000000 END, 175000, '[]', '{}', 1, 1, $2, '2018-12-20'
FROM project p, unnest($3::text[], $4::text[], $5::text[]) AS t (cover, version, checksum)
ORDER BY t.cover DESC, p.id
