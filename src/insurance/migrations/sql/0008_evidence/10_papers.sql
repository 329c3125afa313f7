-- Who sees a paper, how much one person files a day, and what is known of a photo beside its paper.

ALTER TABLE document ADD CONSTRAINT document_region UNIQUE (id, region_path);
CREATE INDEX document_content ON document (content_sha256);
CREATE INDEX document_filed_by ON document (filed_by, recorded_at);

-- An insurer also reads the papers of a project it holds a grant for, as far as they belong to no other insurer: title, costs and
-- contracts are what a claim rests on. The agreement that names poor households (LINK) stays with the offices. It writes only its own.
DROP POLICY document_insurer ON document;
CREATE POLICY document_insurer ON document AS RESTRICTIVE FOR SELECT USING (
    (SELECT scope_insurer()) = '*' OR insurer_id = (SELECT scope_insurer_id())
    OR (insurer_id IS NULL AND subject_kind = 'project' AND kind <> 'LINK' AND EXISTS (
        SELECT FROM project_grant g WHERE g.project_id = document.subject_id AND g.insurer_id = (SELECT scope_insurer_id()))));
CREATE POLICY document_insurer_insert ON document AS RESTRICTIVE FOR INSERT WITH CHECK (
    (SELECT scope_insurer()) = '*' OR insurer_id = (SELECT scope_insurer_id()));
CREATE POLICY document_insurer_update ON document AS RESTRICTIVE FOR UPDATE USING (
    (SELECT scope_insurer()) = '*' OR insurer_id = (SELECT scope_insurer_id()));

-- What a camera wrote into a photo lies here and not in the copy people are shown. `likeness` is a 64-bit difference hash, null for a
-- picture too plain to be told from others. `claim_id` repeats the paper's subject when it is a claim.
CREATE TABLE photo (
    document_id bigint PRIMARY KEY,
    region_path text NOT NULL,
    insurer_id bigint REFERENCES insurer (id),
    claim_id bigint,
    width_px integer NOT NULL CHECK (width_px > 0),
    height_px integer NOT NULL CHECK (height_px > 0),
    taken_at timestamptz,
    latitude numeric(9, 6) CHECK (latitude BETWEEN -90 AND 90),
    longitude numeric(9, 6) CHECK (longitude BETWEEN -180 AND 180),
    device text,
    likeness bigint,
    copy_sha256 bytea NOT NULL,
    thumbnail_sha256 bytea,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (document_id, region_path) REFERENCES document (id, region_path),
    FOREIGN KEY (claim_id, region_path, insurer_id) REFERENCES claim (id, region_path, insurer_id),
    CHECK ((latitude IS NULL) = (longitude IS NULL))
);
CREATE INDEX photo_claim ON photo (claim_id);
CREATE INDEX photo_without_thumbnail ON photo (document_id) WHERE thumbnail_sha256 IS NULL;
CALL wall('photo', by_insurer => false);
CREATE POLICY photo_paper ON photo AS RESTRICTIVE USING (
    (SELECT scope_insurer()) = '*' OR insurer_id = (SELECT scope_insurer_id())
    OR EXISTS (SELECT FROM document d WHERE d.id = photo.document_id));
REVOKE UPDATE ON photo FROM insurance_app;
GRANT UPDATE (thumbnail_sha256) ON photo TO insurance_app;

-- A thumbnail is made once; all else of a photo is as it was filed.
CREATE FUNCTION guard_photo() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.thumbnail_sha256 IS NOT NULL OR (to_jsonb(NEW) - 'thumbnail_sha256') <> (to_jsonb(OLD) - 'thumbnail_sha256') THEN
        RAISE EXCEPTION 'a photo is as it was filed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER photo_guard BEFORE UPDATE ON photo FOR EACH ROW EXECUTE FUNCTION guard_photo();
CREATE TRIGGER photo_kept BEFORE DELETE OR TRUNCATE ON photo FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
