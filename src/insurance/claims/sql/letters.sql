-- Letters of claims with who issued them, what they replace and are replaced by, their file and their way; the store adds the condition.
SELECT l.id, l.claim_id, l.kind, l.ordinal, l.number, l.language, l.words_version, l.words_checksum, l.facts, l.content, l.code, l.issued_on,
       l.issued_at, n.display_name AS issued_by_name, b.number AS replaces_number, a.number AS replaced_by_number,
       f.content_sha256, f.byte_count,
       coalesce((SELECT jsonb_agg(jsonb_build_object('step', w.step, 'how', w.how, 'on', w.delivered_on, 'receiver', w.receiver,
                    'recorded_by', (SELECT u.display_name FROM user_names(ARRAY[w.recorded_by]) u), 'recorded_at', w.recorded_at) ORDER BY w.id)
                 FROM letter_delivery w WHERE w.letter_id = l.id), '[]') AS deliveries
FROM letter l
LEFT JOIN LATERAL user_names(ARRAY[l.issued_by]) n ON true
LEFT JOIN letter b ON b.id = l.replaces_id
LEFT JOIN letter a ON a.replaces_id = l.id
LEFT JOIN letter_pdf f ON f.letter_id = l.id
