-- What counts of past years on a day: the newest entry of each year filed by then. $1 projects or null for all, $2 the day
SELECT DISTINCT ON (a.project_id, a.year) a.project_id, a.year, a.net_income_fen
FROM annual_account a
WHERE a.filed_on <= $2 AND ($1::bigint[] IS NULL OR a.project_id = ANY ($1))
ORDER BY a.project_id, a.year, a.id DESC
