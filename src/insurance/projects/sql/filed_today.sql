-- What a person has filed in the last 24 hours of real time, far from any pinned business date, and whether this very content is among
-- all they ever filed. $1 person, $2 sha256
SELECT coalesce(sum(d.byte_count) FILTER (WHERE d.recorded_at > now() - interval '24 hours'), 0)::bigint AS byte_count,
       coalesce(bool_or(d.content_sha256 = $2), false) AS known
FROM document d
WHERE d.filed_by = $1 AND (d.recorded_at > now() - interval '24 hours' OR d.content_sha256 = $2)
