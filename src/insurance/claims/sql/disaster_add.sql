-- A disaster with its towns. $1 code, $2 name, $3 peril, $4 region path, $5 first day, $6 last day, $7 declared by, $8 declared at, $9 towns
WITH made AS (
    INSERT INTO disaster (code, name, peril, region_path, from_on, until_on, declared_by, declared_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
    RETURNING id
), towns AS (
    INSERT INTO disaster_town (disaster_id, town_path) SELECT m.id, n.path FROM made m CROSS JOIN unnest($9::text[]) AS n (path)
)
SELECT id FROM made
