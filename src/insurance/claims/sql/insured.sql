-- What the policy of a claim promises. $1 policy
SELECT p.id, p.cover, lower(p.period) AS starts_on, upper(p.period) AS ends_before, p.terms_version, p.terms_checksum,
       p.sum_insured_fen, p.guaranteed_fen, p.insured_party_id
FROM policy p
WHERE p.id = $1
