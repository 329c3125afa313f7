-- How many files a claim holds, and whether this content is one of them as this kind. $1 claim, $2 kind, $3 sha256
SELECT count(*) AS files, coalesce(bool_or(kind = $2 AND content_sha256 = $3), false) AS known
FROM document
WHERE subject_kind = 'claim' AND subject_id = $1
