-- 收益分配: the plan on file of a project, and the households it is shared among. Both only grow: a change is a further version from a day.
CREATE TABLE sharing_plan (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project_id bigint NOT NULL,
    region_path text NOT NULL,
    ordinal integer NOT NULL CHECK (ordinal >= 1),
    from_on date NOT NULL,
    shown_on date NOT NULL,
    voted_on date NOT NULL,
    document_id bigint NOT NULL,
    document_of text NOT NULL GENERATED ALWAYS AS ('project') STORED,
    reserve_per_mille integer NOT NULL CHECK (reserve_per_mille BETWEEN 0 AND 999),
    note text NOT NULL DEFAULT '',
    entered_by bigint NOT NULL REFERENCES app_user (id),
    entered_at timestamptz NOT NULL,
    entered_on date NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (project_id, region_path) REFERENCES project (id, region_path),
    FOREIGN KEY (document_id, document_of, project_id) REFERENCES document (id, subject_kind, subject_id),
    UNIQUE (id, project_id, region_path),
    CONSTRAINT sharing_plan_version UNIQUE (project_id, ordinal),
    CONSTRAINT sharing_plan_days CHECK (shown_on < voted_on AND voted_on <= from_on AND voted_on <= entered_on)
);

-- What the plan shares the money among. Everything but the households' dividend goes to the account of a unit, never of a person.
CREATE TABLE sharing_plan_purpose (
    plan_id bigint NOT NULL,
    project_id bigint NOT NULL,
    region_path text NOT NULL,
    purpose text NOT NULL CHECK (purpose IN ('DIVIDEND', 'MUTUAL_AID', 'POSTS', 'VILLAGE', 'FUND', 'OTHER')),
    weight integer NOT NULL CHECK (weight BETWEEN 0 AND 1000000),
    payee_name text,
    payee_bank text,
    payee_account_cipher bytea,
    payee_account_digest bytea,
    payee_account_tail text CHECK (length(payee_account_tail) <= 4),
    PRIMARY KEY (plan_id, purpose),
    FOREIGN KEY (plan_id, project_id, region_path) REFERENCES sharing_plan (id, project_id, region_path),
    CONSTRAINT sharing_plan_purpose_unit CHECK (
        num_nonnulls(payee_name, payee_bank, payee_account_cipher, payee_account_digest, payee_account_tail)
        = CASE WHEN purpose = 'DIVIDEND' THEN 0 ELSE 5 END)
);

-- 受益户名单 as it was checked on a day; it holds once a second person has agreed to it.
CREATE TABLE beneficiary_list (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project_id bigint NOT NULL,
    region_path text NOT NULL,
    checked_on date NOT NULL,
    content_sha256 bytea NOT NULL,
    line_count integer NOT NULL CHECK (line_count > 0),
    entered_by bigint NOT NULL REFERENCES app_user (id),
    entered_at timestamptz NOT NULL,
    entered_on date NOT NULL,
    confirmed_by bigint REFERENCES app_user (id),
    confirmed_at timestamptz,
    version integer NOT NULL DEFAULT 1,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (project_id, region_path) REFERENCES project (id, region_path),
    UNIQUE (id, project_id, region_path),
    CONSTRAINT beneficiary_list_once UNIQUE (project_id, content_sha256, checked_on),
    CONSTRAINT beneficiary_list_two_persons CHECK (confirmed_by <> entered_by),
    CHECK ((confirmed_by IS NULL) = (confirmed_at IS NULL)),
    CHECK (checked_on <= entered_on)
);
CREATE INDEX beneficiary_list_project ON beneficiary_list (project_id, checked_on, id);

-- Card and identity number are encrypted by the program; the digests are keyed, for equality only. One card serves one household.
CREATE TABLE beneficiary (
    list_id bigint NOT NULL,
    project_id bigint NOT NULL,
    region_path text NOT NULL,
    key text NOT NULL CHECK (length(key) BETWEEN 1 AND 40),
    name text NOT NULL CHECK (length(name) BETWEEN 1 AND 60),
    need text NOT NULL DEFAULT '',
    weight integer NOT NULL CHECK (weight BETWEEN 0 AND 1000000),
    resident_id_cipher bytea NOT NULL,
    resident_id_digest bytea NOT NULL,
    resident_id_tail text NOT NULL CHECK (length(resident_id_tail) <= 4),
    bank_name text NOT NULL,
    card_cipher bytea NOT NULL,
    card_digest bytea NOT NULL,
    card_tail text NOT NULL CHECK (length(card_tail) <= 4),
    PRIMARY KEY (list_id, key),
    FOREIGN KEY (list_id, project_id, region_path) REFERENCES beneficiary_list (id, project_id, region_path),
    CONSTRAINT beneficiary_person_once UNIQUE (list_id, resident_id_digest),
    CONSTRAINT beneficiary_card_once UNIQUE (list_id, card_digest)
);
