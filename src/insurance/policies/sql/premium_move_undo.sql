-- A standing movement is taken back, found by the case of its line; answers its id. $1 case, $2 by, $3 at, $4 reason
UPDATE premium_move SET undone_by = $2, undone_at = $3, undone_reason = $4
WHERE case_id = $1 AND undone_at IS NULL
RETURNING id, line_id
