-- The lines of an assessment, with the assets they are about. $1 assessment
SELECT l.ordinal, l.policy_item_id, coalesce(s.name, '') AS name, l.value_fen, l.sum_insured_fen, l.reported_fen, l.loss_fen, l.salvage_fen,
       l.net_fen, l.note
FROM assessment_line l
LEFT JOIN policy_item t ON t.id = l.policy_item_id
LEFT JOIN asset s ON s.id = t.asset_id
WHERE l.assessment_id = $1
ORDER BY l.ordinal
