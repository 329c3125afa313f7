-- Who the insurers are, which rule gave way to which, and policies that stand with another insurer than the rule of their first day.

ALTER TABLE insurer
    ADD COLUMN short_name text NOT NULL DEFAULT '' CHECK (length(short_name) <= 20),
    ADD COLUMN credit_code text CONSTRAINT insurer_credit_code UNIQUE CHECK (credit_code ~ '^[0-9A-Z]{18}$'),
    ADD COLUMN address text NOT NULL DEFAULT '' CHECK (length(address) <= 200),
    ADD COLUMN contact text NOT NULL DEFAULT '' CHECK (length(contact) <= 60),
    ADD COLUMN telephone text NOT NULL DEFAULT '' CHECK (length(telephone) <= 40);

-- A change that has not begun may be taken back: its rule goes (the audit trail keeps it) and the one that gave way to it goes on.
ALTER TABLE insurer_rule ADD COLUMN ended_by bigint REFERENCES insurer_rule (id);
CREATE INDEX insurer_rule_ended ON insurer_rule (ended_by) WHERE ended_by IS NOT NULL;
GRANT DELETE ON insurer_rule TO insurance_app;

-- Nothing is moved silently: a policy bound with somebody else than the rule names (CHOSEN), or that a change of the rules overtook
-- (RULE), is written down here once. It is in conflict for as long as it stands and the rule says otherwise.
CREATE TABLE insurer_conflict (
    policy_id bigint PRIMARY KEY,
    region_path text NOT NULL,
    insurer_id bigint NOT NULL,
    cause text NOT NULL CHECK (cause IN ('CHOSEN', 'RULE')),
    found_on date NOT NULL,
    found_by bigint REFERENCES app_user (id),
    recorded_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (policy_id, region_path, insurer_id) REFERENCES policy (id, region_path, insurer_id)
);
CALL append_only('insurer_conflict');

-- Policies in force before this step that differ from their rule: found today.
SELECT set_config('app.role', 'SYSTEM', true), set_config('app.insurer', '*', true),
       set_config('app.region', coalesce((SELECT path FROM region ORDER BY length(path) LIMIT 1), ''), true);
INSERT INTO insurer_conflict (policy_id, region_path, insurer_id, cause, found_on)
SELECT p.id, p.region_path, p.insurer_id, 'RULE', current_date
FROM policy p
JOIN insurer_rule u ON u.county_code = p.county_code AND u.cover = p.cover AND u.period @> lower(p.period)
WHERE p.stands AND NOT p.opening AND p.insurer_id <> u.insurer_id;
