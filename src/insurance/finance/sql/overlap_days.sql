-- Days of an account ($1 its digest) on which a file must be laid beside what stands: one of its lines without a transaction number looks like a
-- standing one ($2 their keys), or standing ones were shown by two files already on a day of it ($3).
SELECT booked_on FROM bank_line WHERE line_key = ANY ($2::bytea[])
UNION
SELECT booked_on FROM bank_line WHERE account_digest = $1 AND shown_again AND booked_on = ANY ($3::date[])
ORDER BY 1
