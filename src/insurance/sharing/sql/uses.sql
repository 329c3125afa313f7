-- The uses of a distribution in their order, with paper, list and what was taken back. $1 distribution
SELECT u.id, u.purpose, u.key, u.amount_fen, u.used_on, u.pay_list_id, l.number AS pay_list_number, u.document_id, d.file_name,
       u.reverses_id, r.id AS reversed_by_id, u.note, n.display_name AS made_by, u.made_at
FROM sharing_use u
LEFT JOIN sharing_pay_list l ON l.id = u.pay_list_id
LEFT JOIN document d ON d.id = u.document_id
LEFT JOIN sharing_use r ON r.reverses_id = u.id
LEFT JOIN LATERAL user_names(ARRAY[u.made_by]) n ON true
WHERE u.sharing_id = $1
ORDER BY u.id
