-- The party of this name in a town, of this kind ($3) or, where the kind is unknown, of any; $1 town path, $2 name key.
SELECT id FROM party WHERE region_path = $1 AND name_key = $2 AND ($3::text IS NULL OR kind = $3)
ORDER BY kind = 'OTHER', id LIMIT 1
