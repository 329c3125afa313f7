-- One policy as an endorsement needs it. $1 its id; the store adds the lock.
SELECT p.id, p.number, p.cover, p.state, p.project_id, p.region_path, p.insurer_id, i.code AS insurer_code, lower(p.period) AS starts_on,
       upper(p.period) AS ends_before, p.sold_before, p.terms_version, p.terms_checksum, p.insured_party_id, o.name AS insured_name,
       p.sum_insured_fen, p.guaranteed_fen, p.premium_fen, p.bound_on, p.version, p.opening, p.never_covered, p.known_ownership, p.known_operation,
       p.known_situation, p.application_document_id, p.title_document_id
FROM policy p
JOIN insurer i ON i.id = p.insurer_id
LEFT JOIN party o ON o.id = p.insured_party_id
WHERE p.id = $1
