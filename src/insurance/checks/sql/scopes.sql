-- Region path and insurer of every row are those of the row it belongs to.
SELECT 'a row of asset lies outside project ' || c.project_id AS offence FROM asset c LEFT JOIN project p ON p.id = c.project_id
WHERE p.id IS NULL OR c.region_path <> p.region_path
UNION ALL
SELECT 'a row of impairment lies outside project ' || c.project_id FROM impairment c LEFT JOIN project p ON p.id = c.project_id
WHERE p.id IS NULL OR c.region_path <> p.region_path
UNION ALL
SELECT 'a row of funding lies outside project ' || c.project_id FROM funding c LEFT JOIN project p ON p.id = c.project_id
WHERE p.id IS NULL OR c.region_path <> p.region_path
UNION ALL
SELECT 'a row of right_holding lies outside project ' || c.project_id FROM right_holding c LEFT JOIN project p ON p.id = c.project_id
WHERE p.id IS NULL OR c.region_path <> p.region_path
UNION ALL
SELECT 'a row of project_change lies outside project ' || c.project_id FROM project_change c LEFT JOIN project p ON p.id = c.project_id
WHERE p.id IS NULL OR c.region_path <> p.region_path
UNION ALL
SELECT 'a row of declared_cover lies outside project ' || c.project_id FROM declared_cover c LEFT JOIN project p ON p.id = c.project_id
WHERE p.id IS NULL OR c.region_path <> p.region_path
UNION ALL
SELECT 'a row of quote lies outside project ' || c.project_id FROM quote c LEFT JOIN project p ON p.id = c.project_id
WHERE p.id IS NULL OR c.region_path <> p.region_path
UNION ALL
SELECT 'a row of policy lies outside project ' || c.project_id FROM policy c LEFT JOIN project p ON p.id = c.project_id
WHERE p.id IS NULL OR c.region_path <> p.region_path
UNION ALL
SELECT 'a row of party_account lies outside party ' || c.party_id FROM party_account c LEFT JOIN party p ON p.id = c.party_id
WHERE p.id IS NULL OR c.region_path <> p.region_path
UNION ALL
SELECT 'a row of policy_item lies outside policy ' || c.policy_id FROM policy_item c LEFT JOIN policy p ON p.id = c.policy_id
WHERE p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id)
UNION ALL
SELECT 'a row of premium_share lies outside policy ' || c.policy_id FROM premium_share c LEFT JOIN policy p ON p.id = c.policy_id
WHERE p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id)
UNION ALL
SELECT 'a row of premium_move_share lies outside policy ' || c.policy_id FROM premium_move_share c LEFT JOIN policy p ON p.id = c.policy_id
WHERE p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id)
UNION ALL
SELECT 'a row of policy_event lies outside policy ' || c.policy_id FROM policy_event c LEFT JOIN policy p ON p.id = c.policy_id
WHERE p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id)
UNION ALL
SELECT 'a row of endorsement lies outside policy ' || c.policy_id FROM endorsement c LEFT JOIN policy p ON p.id = c.policy_id
WHERE p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id)
UNION ALL
SELECT 'a row of endorsement_line lies outside policy ' || c.policy_id FROM endorsement_line c LEFT JOIN policy p ON p.id = c.policy_id
WHERE p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id)
UNION ALL
SELECT 'a row of endorsement_share lies outside policy ' || c.policy_id FROM endorsement_share c LEFT JOIN policy p ON p.id = c.policy_id
WHERE p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id)
UNION ALL
SELECT 'a row of policy_opening lies outside policy ' || c.policy_id FROM policy_opening c LEFT JOIN policy p ON p.id = c.policy_id
WHERE p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id)
UNION ALL
SELECT 'a row of claim_opening lies outside claim ' || c.claim_id FROM claim_opening c LEFT JOIN claim p ON p.id = c.claim_id
WHERE p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id)
UNION ALL
SELECT 'a row of claim lies outside policy ' || c.policy_id FROM claim c LEFT JOIN policy p ON p.id = c.policy_id
WHERE p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id)
UNION ALL
SELECT 'a row of claim_event lies outside claim ' || c.claim_id FROM claim_event c LEFT JOIN claim p ON p.id = c.claim_id
WHERE p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id)
UNION ALL
SELECT 'a row of survey lies outside claim ' || c.claim_id FROM survey c LEFT JOIN claim p ON p.id = c.claim_id
WHERE p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id)
UNION ALL
SELECT 'a row of assessment lies outside claim ' || c.claim_id FROM assessment c LEFT JOIN claim p ON p.id = c.claim_id
WHERE p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id)
UNION ALL
SELECT 'a row of assessment_line lies outside claim ' || c.claim_id FROM assessment_line c LEFT JOIN claim p ON p.id = c.claim_id
WHERE p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id)
UNION ALL
SELECT 'a row of decision lies outside claim ' || c.claim_id FROM decision c LEFT JOIN claim p ON p.id = c.claim_id
WHERE p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id)
UNION ALL
SELECT 'a row of claim_part lies outside claim ' || c.claim_id FROM claim_part c LEFT JOIN claim p ON p.id = c.claim_id
WHERE p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id)
UNION ALL
SELECT 'a row of letter lies outside claim ' || c.claim_id FROM letter c LEFT JOIN claim p ON p.id = c.claim_id
WHERE p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id)
UNION ALL
SELECT 'a row of letter_delivery lies outside letter ' || c.letter_id FROM letter_delivery c LEFT JOIN letter p ON p.id = c.letter_id
WHERE p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id)
UNION ALL
SELECT 'a row of letter_pdf lies outside letter ' || c.letter_id FROM letter_pdf c LEFT JOIN letter p ON p.id = c.letter_id
WHERE p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id)
UNION ALL
SELECT 'a row of payout lies outside claim_part ' || c.part_id FROM payout c LEFT JOIN claim_part p ON p.id = c.part_id
WHERE p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id)
UNION ALL
SELECT 'claim ' || c.number || ' names another project than its policy' FROM claim c JOIN policy p ON p.id = c.policy_id WHERE c.project_id <> p.project_id
UNION ALL
SELECT 'a row of weather_proof lies outside claim ' || c.claim_id FROM weather_proof c LEFT JOIN claim p ON p.id = c.claim_id
WHERE p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id)
UNION ALL
SELECT 'a row of claim_signal lies outside claim ' || c.claim_id FROM claim_signal c LEFT JOIN claim p ON p.id = c.claim_id
WHERE p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id)
UNION ALL
SELECT 'a row of signal_note lies outside claim ' || c.claim_id FROM signal_note c LEFT JOIN claim p ON p.id = c.claim_id
WHERE p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id)
UNION ALL
SELECT 'photo of document ' || c.document_id || ' lies outside it' FROM photo c LEFT JOIN document p ON p.id = c.document_id
WHERE p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id)
   OR c.claim_id IS DISTINCT FROM CASE WHEN p.subject_kind = 'claim' THEN p.subject_id END
UNION ALL
SELECT 'document ' || c.id || ' lies outside project ' || c.subject_id FROM document c LEFT JOIN project p ON p.id = c.subject_id
WHERE c.subject_kind = 'project' AND (p.id IS NULL OR c.region_path <> p.region_path)
UNION ALL
SELECT 'document ' || c.id || ' lies outside policy ' || c.subject_id FROM document c LEFT JOIN policy p ON p.id = c.subject_id
WHERE c.subject_kind = 'policy' AND (p.id IS NULL OR c.region_path <> p.region_path OR c.insurer_id IS DISTINCT FROM p.insurer_id)
UNION ALL
SELECT 'document ' || c.id || ' lies outside claim ' || c.subject_id FROM document c LEFT JOIN claim p ON p.id = c.subject_id
WHERE c.subject_kind = 'claim' AND (p.id IS NULL OR c.region_path <> p.region_path OR c.insurer_id IS DISTINCT FROM p.insurer_id)
UNION ALL
SELECT 'transfer ' || c.id || ' lies outside ' || c.subject FROM transfer c LEFT JOIN policy p ON p.id = split_part(c.subject, ':', 2)::bigint
WHERE c.subject LIKE 'policy:%' AND (p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id))
UNION ALL
SELECT 'transfer ' || c.id || ' lies outside ' || c.subject FROM transfer c LEFT JOIN claim p ON p.id = split_part(c.subject, ':', 2)::bigint
WHERE c.subject LIKE 'claim:%' AND (p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id))
UNION ALL
SELECT 'transfer ' || c.id || ' lies outside ' || c.subject FROM transfer c LEFT JOIN payout p ON p.id = split_part(c.subject, ':', 2)::bigint
WHERE c.subject LIKE 'payout:%' AND (p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id))
UNION ALL
SELECT 'a row of objection lies outside claim ' || c.claim_id FROM objection c LEFT JOIN claim p ON p.id = c.claim_id
WHERE p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id)
UNION ALL
SELECT 'a row of fraud_finding lies outside claim ' || c.claim_id FROM fraud_finding c LEFT JOIN claim p ON p.id = c.claim_id
WHERE p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id)
UNION ALL
SELECT 'a row of third_party lies outside claim ' || c.claim_id FROM third_party c LEFT JOIN claim p ON p.id = c.claim_id
WHERE p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id)
UNION ALL
SELECT 'a row of recovery lies outside claim ' || c.claim_id FROM recovery c LEFT JOIN claim p ON p.id = c.claim_id
WHERE p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id)
UNION ALL
SELECT 'a row of recovery_movement lies outside recovery ' || c.recovery_id FROM recovery_movement c LEFT JOIN recovery p ON p.id = c.recovery_id
WHERE p.id IS NULL OR (c.region_path, c.insurer_id) IS DISTINCT FROM (p.region_path, p.insurer_id)
