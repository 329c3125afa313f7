-- What became of the staged rows: those that changed something, and those that did not or clashed from the start.
SELECT outcome, count(*)::integer AS rows, array_agg(ordinal ORDER BY ordinal) FILTER (WHERE outcome = 'CLASH') AS ordinals
FROM (SELECT ordinal, outcome FROM stored
      UNION ALL SELECT ordinal, outcome FROM placed WHERE outcome IN ('UNCHANGED', 'CLASH')) AS every
GROUP BY outcome
