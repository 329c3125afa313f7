-- What was reported, corrected before acceptance, and its event in one statement.
-- $1 id, $2 version read, $3 loss_on, $4 loss_at, $5 reported_fen, $6 peril, $7 disaster or null, $8 account of loss, $9 clocks,
-- $10 business_at, $11 business_on, $12 user, $13 role, $14 facts of the event
WITH corrected AS (
    UPDATE claim SET
        loss_on = $3, loss_at = $4, reported_fen = $5, peril = $6, disaster_id = $7, account_of_loss = $8, clocks = $9,
        last_verb = 'correction', version = version + 1
    WHERE id = $1 AND version = $2
    RETURNING id, region_path, insurer_id, version, state
)
INSERT INTO claim_event (claim_id, region_path, insurer_id, claim_version, verb, from_state, to_state, business_at, business_on, actor_id,
    role, facts)
SELECT id, region_path, insurer_id, version, 'correction', state, state, $10, $11, $12, $13, $14 FROM corrected
