-- Villages not known yet, numbered on within their town; $1 town codes, $2 names, pairwise. The caller holds the places' lock.
WITH wanted AS (
    SELECT DISTINCT t.code AS town_code, t.path, w.name
    FROM unnest($1::text[], $2::text[]) AS w (town_code, name) JOIN region t ON t.code = w.town_code
    WHERE NOT EXISTS (SELECT FROM region v WHERE v.parent_code = w.town_code AND v.name = w.name)
), last AS (
    SELECT r.parent_code AS town_code, max(split_part(r.code, 'v', 2)::integer) AS number
    FROM region r WHERE r.level = 'village' AND r.code ~ '^[0-9]{9}v[0-9]+$' GROUP BY r.parent_code
), numbered AS (
    SELECT w.town_code, w.path, w.name,
           w.town_code || 'v' || coalesce(l.number, 0) + row_number() OVER (PARTITION BY w.town_code ORDER BY w.name) AS code
    FROM wanted w LEFT JOIN last l USING (town_code)
)
INSERT INTO region (code, name, level, parent_code, path)
SELECT code, name, 'village', town_code, path || code || '/' FROM numbered
