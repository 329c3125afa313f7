-- read = created + updated + unchanged + faulty, and a committed import created and updated as many as it says.
SELECT 'import ' || i.id || ' read ' || i.row_count || ' rows and accounts for ' || (i.created_count + i.updated_count + i.unchanged_count + i.faulty_count) AS offence
FROM register_import i WHERE i.row_count <> i.created_count + i.updated_count + i.unchanged_count + i.faulty_count
UNION ALL
SELECT 'import ' || i.id || ' says ' || i.created_count || ' created, ' || i.updated_count || ' updated and did ' || coalesce(r.created, 0) || ', '
       || coalesce(r.updated, 0)
FROM register_import i
LEFT JOIN (SELECT import_id, count(*) FILTER (WHERE outcome = 'CREATED') AS created, count(*) FILTER (WHERE outcome = 'UPDATED') AS updated
           FROM register_row GROUP BY import_id) r ON r.import_id = i.id
WHERE i.state = 'COMMITTED' AND (i.created_count, i.updated_count) IS DISTINCT FROM (coalesce(r.created, 0), coalesce(r.updated, 0))
