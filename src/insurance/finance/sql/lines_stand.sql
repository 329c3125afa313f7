-- Whether any staged line stands already.
SELECT EXISTS (SELECT FROM staged_line s JOIN bank_line b ON b.line_key = s.line_key)
