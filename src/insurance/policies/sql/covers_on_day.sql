-- The covers that stand on a day or begin after it, the earliest first, and what each is insured for on it (or on its first day).
-- An agreed sum follows its month table as long as it began on it.
-- $1 the day, $2 county, $3 town, $4 insurer, $5 projects (null leaves a condition out), $6 versions of terms with agreed values
SELECT p.project_id, p.cover, p.id, p.number, p.insurer_id, p.premium_fen, p.guaranteed_fen, lower(p.period) AS starts_on,
       upper(p.period) AS ends_before, coalesce(i.sum_insured_fen, p.sum_insured_fen) AS sum_insured_fen
FROM policy p
LEFT JOIN LATERAL (
    SELECT sum(CASE WHEN p.terms_version = ANY ($6::text[]) AND t.sum_insured_fen = t.month_values[1]
                    THEN month_value(t.month_values, t.value_from_on, greatest($1::date, lower(p.period))) ELSE t.sum_insured_fen END)::bigint AS sum_insured_fen
    FROM policy_item t WHERE t.policy_id = p.id AND insured_then(t, greatest($1::date, lower(p.period)))
) i ON true
WHERE upper(p.period) > $1::date AND p.bound_on <= $1 AND p.stands
  AND ($2::text IS NULL OR p.county_code = $2) AND ($3::text IS NULL OR p.town_code = $3)
  AND ($4::bigint IS NULL OR p.insurer_id = $4) AND ($5::bigint[] IS NULL OR p.project_id = ANY ($5))
ORDER BY lower(p.period)
