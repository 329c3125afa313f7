-- City, counties and towns with their other names.
SELECT r.code, r.name, r.parent_code, ARRAY(SELECT a.alias FROM region_alias a WHERE a.code = r.code) AS aliases
FROM region r WHERE r.level <> 'village' ORDER BY r.code
