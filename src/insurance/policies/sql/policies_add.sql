-- Bind many policies at once. A project already covered in the period is left out: the constraint decides, whoever came first.
-- $1 projects, $2 region paths, $3 insurers, $4 covers, $5 first days, $6 days after the last, $7 terms versions, $8 checksums,
-- $9 insured parties, $10 sums insured, $11 guaranteed incomes, $12 premiums, $13 steps, $14 judgements, $15 applications, $16 titles,
-- $17 prefixes of the numbers; for all of them $18 state, $19 applied by, $20 bound on; $21 the policies they renew, or null
INSERT INTO policy (number, project_id, region_path, insurer_id, cover, state, period, terms_version, terms_checksum, insured_party_id,
                    sum_insured_fen, guaranteed_fen, premium_fen, steps, judgement, application_document_id, title_document_id,
                    applied_by, bound_on, renewed_from)
SELECT n.prefix || lpad(s.drawn, greatest(6, length(s.drawn)), '0'), n.project_id, n.region_path, n.insurer_id, n.cover, $18,
       daterange(n.starts_on, n.ends_before), n.terms_version, n.terms_checksum, n.insured_party_id, n.sum_insured_fen, n.guaranteed_fen,
       n.premium_fen, n.steps::jsonb, n.judgement::jsonb, n.application_document_id, n.title_document_id, $19, $20, n.renewed_from
FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[], $5::date[], $6::date[], $7::text[], $8::text[], $9::bigint[],
            $10::bigint[], $11::bigint[], $12::bigint[], $13::text[], $14::text[], $15::bigint[], $16::bigint[], $17::text[], $21::bigint[])
     WITH ORDINALITY AS n (project_id, region_path, insurer_id, cover, starts_on, ends_before, terms_version, terms_checksum,
                           insured_party_id, sum_insured_fen, guaranteed_fen, premium_fen, steps, judgement, application_document_id,
                           title_document_id, prefix, renewed_from, place)
CROSS JOIN LATERAL (SELECT nextval('policy_number')::text AS drawn WHERE n.place > 0) s
ORDER BY n.project_id, n.cover
ON CONFLICT ON CONSTRAINT policy_no_overlap DO NOTHING
RETURNING id, number, project_id, cover, sum_insured_fen, premium_fen
