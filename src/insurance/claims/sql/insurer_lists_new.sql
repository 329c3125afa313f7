-- How many rows of lists stand in no earlier list that counts. $1 lists
SELECT r.list_id, count(*) AS new_count
FROM insurer_list_row r
WHERE r.list_id = ANY ($1::bigint[])
  AND NOT EXISTS (SELECT FROM insurer_list_row e JOIN insurer_list l ON l.id = e.list_id
                  WHERE e.insurer_id = r.insurer_id AND e.row_key = r.row_key AND e.list_id < r.list_id AND l.withdrawn_at IS NULL)
GROUP BY r.list_id
