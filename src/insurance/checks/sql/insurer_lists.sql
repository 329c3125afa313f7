-- An insurer's list is its control totals: as many rows, their sum, all paid within its days and numbered through; a file counts once.
SELECT 'list ' || i.id || ' of ' || i.row_count || ' rows over ' || i.sum_fen || ' fen holds ' || r.rows || ' rows over ' || r.fen || ' fen' AS offence
FROM insurer_list i
CROSS JOIN LATERAL (SELECT count(*) AS rows, coalesce(sum(n.amount_fen), 0) AS fen, coalesce(max(n.ordinal), 0) AS last
                    FROM insurer_list_row n WHERE n.list_id = i.id) r
WHERE (r.rows, r.fen, r.last) IS DISTINCT FROM (i.row_count::bigint, i.sum_fen::numeric, i.row_count)
UNION ALL
SELECT 'row ' || n.place || ' of list ' || n.list_id || ' was paid on ' || n.paid_on || ', outside its days'
FROM insurer_list_row n JOIN insurer_list i ON i.id = n.list_id
WHERE n.paid_on NOT BETWEEN i.from_on AND i.until_on OR n.insurer_id <> i.insurer_id OR n.region_path <> i.region_path
UNION ALL
SELECT 'list ' || min(i.id) || ' and ' || max(i.id) || ' of insurer ' || i.insurer_id || ' are one file and both count'
FROM insurer_list i WHERE i.withdrawn_at IS NULL
GROUP BY i.insurer_id, i.content_sha256 HAVING count(*) > 1
