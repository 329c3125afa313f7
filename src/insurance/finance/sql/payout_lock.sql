-- One payout of the scope, locked for a change.
SELECT * FROM payout WHERE id = $1 FOR UPDATE
