-- What would become of the staged rows, and which of them clash.
SELECT outcome, count(*)::integer AS rows, array_agg(ordinal ORDER BY ordinal) FILTER (WHERE outcome = 'CLASH') AS ordinals
FROM placed GROUP BY outcome
