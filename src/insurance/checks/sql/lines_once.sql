-- Every bank line is in one place: it pays orders, or something was done about it, or it was netted with another, or it waits; and a statement
-- has the lines it says it brought.
SELECT 'line ' || n.line_id || ' is in ' || count(*) || ' places' AS offence
FROM (
    SELECT m.line_id FROM bank_match m WHERE m.undone_at IS NULL GROUP BY m.line_id, coalesce(m.group_no, -m.id)
    UNION ALL
    SELECT c.line_id FROM line_case c WHERE c.undone_at IS NULL
    UNION ALL
    SELECT c.pair_line_id FROM line_case c WHERE c.undone_at IS NULL AND c.pair_line_id IS NOT NULL
) n
GROUP BY n.line_id
HAVING count(*) > 1
UNION ALL
SELECT 'statement ' || s.id || ' counts ' || s.new_line_count || ' new lines of ' || s.line_count || ', stored are ' || count(l.id)
FROM bank_statement s LEFT JOIN bank_line l ON l.statement_id = s.id
GROUP BY s.id
HAVING s.new_line_count <> count(l.id) OR s.new_line_count > s.line_count
