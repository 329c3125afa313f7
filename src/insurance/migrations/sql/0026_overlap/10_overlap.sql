-- A line without a transaction number that a second file has shown: should the balance turn out to return to it later, it may have been two.
ALTER TABLE bank_line ADD COLUMN shown_again boolean NOT NULL DEFAULT false;

-- Of the files read before nobody knows which lines they shared: all that may have been.
UPDATE bank_line l SET shown_again = true
FROM bank_statement s
WHERE l.reference = '' AND s.account_digest = l.account_digest AND s.new_line_count < s.line_count AND l.booked_on BETWEEN s.from_on AND s.until_on;

CREATE INDEX bank_line_shown_again ON bank_line (account_digest, booked_on) WHERE shown_again;
