-- Policies as a renewal starts from them, with the policy that renewed each already. $1 policy ids
SELECT p.id, p.number, p.cover, p.state, p.project_id, p.insurer_id, lower(p.period) AS starts_on, upper(p.period) AS ends_before,
       p.application_document_id, p.stands,
       (SELECT min(r.id) FROM policy r WHERE r.renewed_from = p.id AND r.stands) AS renewed_by
FROM policy p
WHERE p.id = ANY ($1::bigint[])
