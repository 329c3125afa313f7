-- Which projects of the scope have which cover on a day. $1 the day
SELECT p.project_id, p.cover
FROM policy p
WHERE p.period @> $1::date AND p.bound_on <= $1 AND p.stands
