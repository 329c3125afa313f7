-- Look for the pictures of a claim's photos in the other claims of the city. $1 claim, $2 one paper or null, $3 bits, $4 kinds, $5 now
SELECT signal_pictures(p.document_id, $3, $4::text[], $5) FROM photo p
WHERE p.claim_id = $1 AND ($2::bigint IS NULL OR p.document_id = $2)
ORDER BY p.document_id
