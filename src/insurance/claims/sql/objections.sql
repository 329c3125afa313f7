-- The objections of a claim with who entered and who answered them, newest first. $1 claim
SELECT o.id, o.against, o.raised_by, o.reason, o.raised_on, o.outcome, o.answer, o.answered_on,
       (SELECT n.display_name FROM user_names(ARRAY[o.entered_by]) n) AS entered_by,
       (SELECT n.display_name FROM user_names(ARRAY[o.answered_by]) n) AS answered_by
FROM objection o
WHERE o.claim_id = $1
ORDER BY o.id DESC
