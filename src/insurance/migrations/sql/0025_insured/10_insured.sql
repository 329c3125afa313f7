-- A bank line of an insured party asks for its policies.
CREATE INDEX policy_insured ON policy (insured_party_id);
