-- Opening policies with their old numbers. One whose number is taken, or whose period another policy covers, is left out: the
-- constraints decide, whoever came first.
-- $1 numbers, $2 projects, $3 insurers, $4 covers, $5 states, $6 first days, $7 days after the last, $8 terms versions, $9 checksums,
-- $10 insured parties (null: the owner), $11 sums insured, $12 guaranteed incomes, $13 premiums, $14 steps; for all of them $15 entered by
INSERT INTO policy (number, project_id, region_path, insurer_id, cover, state, period, terms_version, terms_checksum, insured_party_id,
                    sum_insured_fen, guaranteed_fen, premium_fen, steps, judgement, applied_by, bound_on, opening,
                    known_ownership, known_operation, known_situation)
SELECT n.number, j.id, j.region_path, n.insurer_id, n.cover, n.state, daterange(n.starts_on, n.ends_before), n.terms_version,
       n.terms_checksum, coalesce(n.insured_party_id, j.owner_party_id), n.sum_insured_fen, n.guaranteed_fen, n.premium_fen,
       n.steps::jsonb, '{}', $15, n.starts_on, true, j.ownership, j.operation,
       CASE WHEN j.retired_on IS NULL THEN j.situation ELSE 'DISPOSED' END
FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::date[], $7::date[], $8::text[], $9::text[],
            $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::text[])
     AS n (number, project_id, insurer_id, cover, state, starts_on, ends_before, terms_version, terms_checksum, insured_party_id,
           sum_insured_fen, guaranteed_fen, premium_fen, steps)
JOIN project j ON j.id = n.project_id
ORDER BY n.project_id, n.cover, n.starts_on
ON CONFLICT DO NOTHING
RETURNING id, number
