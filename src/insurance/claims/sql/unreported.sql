-- Insured projects of a disaster's towns with cover on any day of its window and no claim for it, project by project.
-- $1 disaster, $2 county or null, $3 town or null, $4 after this project, $5 how many
WITH silent AS (
    SELECT p.project_id, json_agg(json_build_object('policy_id', p.id, 'policy_number', p.number, 'cover', p.cover, 'insurer_id', p.insurer_id,
               'sum_insured_fen', p.sum_insured_fen) ORDER BY p.cover, p.id) AS covers
    FROM disaster d
    JOIN disaster_town x ON x.disaster_id = d.id
    JOIN policy p ON p.town_code = split_part(x.town_path, '/', 3)
    WHERE d.id = $1 AND p.period && daterange(d.from_on, d.until_on, '[]') AND p.bound_on <= d.until_on
      AND p.stands
      AND ($2::text IS NULL OR p.county_code = $2) AND ($3::text IS NULL OR p.town_code = $3) AND p.project_id > $4
      AND NOT EXISTS (SELECT FROM claim c WHERE c.disaster_id = d.id AND c.project_id = p.project_id AND c.live)
    GROUP BY p.project_id
    ORDER BY p.project_id
    LIMIT $5
)
SELECT j.id, j.code, j.name, j.county_code, j.town_code, s.covers
FROM silent s JOIN project j ON j.id = s.project_id
ORDER BY j.id
