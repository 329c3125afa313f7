-- Claims whose day of advance has come stand first in the approver's worklist.
CREATE INDEX claim_advance ON claim (id) WHERE jsonb_exists(facts, 'advance_due');
