-- Disasters declared by a day, the latest first; $1 day.
SELECT d.code, d.name
FROM disaster d
WHERE d.declared_at < ($1::date + 1)::timestamp AT TIME ZONE 'Asia/Shanghai'
ORDER BY d.from_on DESC, d.code
