-- A movement. $1 line, $2 case, $3 kind, $4 payer, $5 county, $6 party, $7 insurer, $8 direct, $9 amount, $10 surplus, $11 day, $12 by, $13 at
INSERT INTO premium_move (line_id, case_id, kind, payer, county_code, party_id, insurer_id, direct, amount_fen, surplus_fen, booked_on, made_by,
                          made_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
RETURNING id
