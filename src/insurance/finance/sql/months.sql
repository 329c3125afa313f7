-- Closings, the newest month first. $1 one month or null
SELECT m.*, c.display_name AS closed_name, r.display_name AS reopened_name
FROM month_close m
LEFT JOIN LATERAL user_names(ARRAY[m.closed_by]) c ON true
LEFT JOIN LATERAL user_names(ARRAY[m.reopened_by]) r ON true
WHERE $1::date IS NULL OR m.month = $1
ORDER BY m.month DESC, m.id DESC
