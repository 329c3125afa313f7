-- How many payment orders wait for their second person.
SELECT count(*) FROM payout p WHERE p.state = 'ORDERED' AND p.released_by IS NULL
