-- A line is the other half of at most one netting; and every list asks whether a line is one, which must not mean reading all cases.
CREATE UNIQUE INDEX line_case_pair_once ON line_case (pair_line_id) WHERE pair_line_id IS NOT NULL AND undone_at IS NULL;
