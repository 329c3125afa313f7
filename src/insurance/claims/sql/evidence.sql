-- Papers and photos of a claim, newest last, with who filed them. $1 claim
SELECT d.id, d.kind, d.file_name, d.media, d.byte_count, d.dated_on, d.filed_at, n.display_name
FROM document d
LEFT JOIN LATERAL user_names(ARRAY[d.filed_by]) n ON true
WHERE d.subject_kind = 'claim' AND d.subject_id = $1
ORDER BY d.id
