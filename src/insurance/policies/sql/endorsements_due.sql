-- Policies in force that the register no longer fits: what it says now of title, mode, state, owner and assets is not what the policy was
-- judged by or insures. $1 the day, $2 projects or null, $3 county, $4 town, $5 insurer of the reader (null leaves a condition out)
SELECT d.id, d.number, d.cover, d.project_id, d.kinds,
       ARRAY(SELECT DISTINCT t.regime_of_law FROM policy_item t WHERE t.policy_id = d.id AND t.until_on IS NULL) AS regimes
FROM (
    SELECT p.id, p.number, p.cover, p.project_id, array_remove(ARRAY[
               CASE WHEN p.insured_party_id <> j.owner_party_id THEN 'INSURED_CHANGED' END,
               CASE WHEN p.known_operation IS NOT NULL AND p.known_operation IS DISTINCT FROM j.operation THEN 'MODE_CHANGED' END,
               CASE WHEN p.known_ownership IS NOT NULL AND p.known_ownership IS DISTINCT FROM j.ownership THEN 'OWNERSHIP_CHANGED' END,
               CASE WHEN p.known_situation IS NOT NULL
                         AND p.known_situation IS DISTINCT FROM CASE WHEN j.retired_on <= $1::date THEN 'DISPOSED' ELSE j.situation END
                    THEN 'SITUATION_CHANGED' END,
               CASE WHEN EXISTS (SELECT FROM policy_item t JOIN asset a ON a.id = t.asset_id
                                 WHERE t.policy_id = p.id AND t.until_on IS NULL AND a.retired_on <= $1) THEN 'ASSET_REMOVED' END], NULL) AS kinds
    FROM policy p
    JOIN project j ON j.id = p.project_id
    WHERE p.state IN ('IN_FORCE', 'ENDORSED') AND upper(p.period) > $1 AND upper(p.period) = p.sold_before
      AND ($2::bigint[] IS NULL OR p.project_id = ANY ($2))
      AND ($3::text IS NULL OR p.county_code = $3) AND ($4::text IS NULL OR p.town_code = $4) AND ($5::bigint IS NULL OR p.insurer_id = $5)
) d
WHERE cardinality(d.kinds) > 0
ORDER BY d.id
