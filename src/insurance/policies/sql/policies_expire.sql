-- End the policies whose last day is past. $1 the day; answers each with the state it had
UPDATE policy p SET state = 'EXPIRED', version = p.version + 1
FROM (SELECT o.id, o.state FROM policy o WHERE o.state IN ('IN_FORCE', 'ENDORSED') AND upper(o.period) <= $1::date
      ORDER BY o.id FOR NO KEY UPDATE SKIP LOCKED) w
WHERE p.id = w.id
RETURNING p.id, p.number, w.state AS was
