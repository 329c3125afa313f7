-- Disasters that reached a town in a period, newest first. $1 town, $2 first day, $3 the day after the last
SELECT d.id, d.name, d.from_on
FROM disaster d
WHERE daterange(d.from_on, d.until_on, '[]') && daterange($2, $3)
  AND EXISTS (SELECT FROM disaster_town x WHERE x.disaster_id = d.id AND split_part(x.town_path, '/', 3) = $1)
ORDER BY d.from_on DESC, d.id DESC
