-- The bank's balance of an account at the end of a day, by the lines on file, whichever files brought them and in which order: on the last day
-- whose money in and out differ, the balance that no other line of that day starts from. $1 account digest, $2 day
WITH line AS (
    SELECT l.booked_on, l.ordinal, s.read_at, l.balance_fen,
           l.balance_fen - CASE l.direction WHEN 'IN' THEN l.amount_fen ELSE -l.amount_fen END AS before_fen
    FROM bank_line l JOIN bank_statement s ON s.id = l.statement_id
    WHERE l.account_digest = $1 AND l.booked_on <= $2 AND l.balance_fen IS NOT NULL
), last_day AS (
    SELECT d.booked_on, d.net_fen <> 0 AS moved
    FROM (SELECT booked_on, sum(balance_fen - before_fen) AS net_fen FROM line GROUP BY booked_on) d
    ORDER BY d.net_fen = 0, d.booked_on DESC
    LIMIT 1
), ends AS (
    SELECT l.balance_fen FROM line l JOIN last_day d USING (booked_on) WHERE d.moved
    EXCEPT ALL
    SELECT l.before_fen FROM line l JOIN last_day d USING (booked_on) WHERE d.moved
)
SELECT l.balance_fen
FROM line l JOIN last_day d USING (booked_on)
ORDER BY l.balance_fen IN (SELECT e.balance_fen FROM ends e) DESC, l.read_at DESC, l.ordinal DESC
LIMIT 1
