-- The signals of a claim, those not explained first, with the other claim where the reader may see it. $1 claim
SELECT s.id, s.kind, s.document_id, s.facts, s.found_at, d.file_name, o.claim_id AS other_id, o.number AS other_number,
       coalesce((SELECT jsonb_agg(jsonb_build_object('note', n.note, 'by', u.display_name, 'at', n.noted_at) ORDER BY n.id)
                 FROM signal_note n LEFT JOIN LATERAL user_names(ARRAY[n.noted_by]) u ON true WHERE n.signal_id = s.id), '[]') AS notes
FROM claim_signal s
JOIN document d ON d.id = s.document_id
LEFT JOIN signal_others(ARRAY(SELECT i.id FROM claim_signal i WHERE i.claim_id = $1)) o ON o.signal_id = s.id
WHERE s.claim_id = $1
ORDER BY EXISTS (SELECT FROM signal_note n WHERE n.signal_id = s.id), s.id
