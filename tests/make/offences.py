"""What each check of `insurance verify` must find: statements that plant an offence behind the functions' back, by the check's name."""

from __future__ import annotations

_ELSEWHERE = "'370400/370481/370481001/'"
PLANTED = {
    "ledger_shape": [
        "UPDATE transfer SET debit = '9001' WHERE id = (SELECT min(id) FROM transfer WHERE credit = '2001')",
        "UPDATE transfer SET amount_fen = amount_fen - 1 WHERE id = (SELECT min(id) FROM transfer WHERE kind = 'POST')",
    ],
    "ledger_zero": [
        "UPDATE transfer SET debit = '9001' WHERE id = (SELECT min(id) FROM transfer WHERE credit = '2001')",
        "UPDATE transfer SET credit = '0000' WHERE id = (SELECT min(id) FROM transfer WHERE credit = '2001')",
    ],
    "ledger_lines": [
        "DELETE FROM transfer WHERE subject LIKE 'line:%'",
        "UPDATE line_case SET undone_at = now(), undone_by = made_by WHERE action = 'FEE'",
        "UPDATE line_case SET amount_fen = amount_fen + 1 WHERE action = 'FEE'",
    ],
    "lines_once": [
        ("INSERT INTO line_case (line_id, kind, action, amount_fen, note, made_by, made_at, booked_on) SELECT line_id, 'UNKNOWN', 'NOTE', amount_fen, 'x',"
         " made_by, made_at, booked_on FROM bank_match WHERE undone_at IS NULL"),
        ("INSERT INTO line_case (line_id, pair_line_id, kind, action, amount_fen, made_by, made_at, booked_on) SELECT m.line_id + 999, m.line_id, 'REVERSAL',"
         " 'PAIR', m.amount_fen, m.made_by, m.made_at, m.booked_on FROM bank_match m WHERE m.undone_at IS NULL"),
        "DELETE FROM bank_line WHERE id = (SELECT max(id) FROM bank_line)",
    ],
    "references": [
        "UPDATE transfer SET pending_id = -1 WHERE id = (SELECT min(id) FROM transfer WHERE kind = 'POST')",
        "UPDATE transfer SET debit = '0000' WHERE id = (SELECT min(id) FROM transfer)",
        "UPDATE transfer SET insurer_id = -1 WHERE id = (SELECT min(id) FROM transfer)",
        "DELETE FROM bank_line WHERE id IN (SELECT line_id FROM bank_match)",
        "UPDATE bank_match SET payout_id = -1",
        "DELETE FROM bank_statement",
    ],
    "ledger_signs": [("INSERT INTO transfer (kind, event, debit, credit, amount_fen, booked_on, subject, region_path)"
                     " VALUES ('POSTED', 'X', '2101', '1201', 99999999999, '2019-08-30', 'x', '370400/')")],
    "ledger_policies": ["DELETE FROM transfer WHERE id = (SELECT min(id) FROM transfer WHERE event = 'PREMIUM_DUE')"],
    "premium_books": [
        "UPDATE premium_share SET amount_fen = amount_fen + 1 WHERE ctid = (SELECT min(ctid) FROM premium_share WHERE amount_fen > 0)",
        "UPDATE endorsement_share SET amount_fen = amount_fen - 1",
        "UPDATE policy_opening SET unpaid_fen = unpaid_fen + 1 WHERE unpaid_fen > 0",
        "UPDATE premium_move_share SET amount_fen = amount_fen + 1 WHERE undone_on IS NULL",
        "UPDATE premium_move_share SET undone_on = '2019-08-30' WHERE undone_on IS NULL",
        "DELETE FROM transfer WHERE id = (SELECT min(id) FROM transfer WHERE event = 'SUBSIDY_RECEIVED')",
        "DELETE FROM transfer WHERE event = 'REFUND'",
    ],
    "premium_moves": [
        "UPDATE premium_move_share SET amount_fen = amount_fen + 1",
        "UPDATE premium_move SET surplus_fen = surplus_fen + 1",
        "UPDATE bank_line SET amount_fen = amount_fen + 1 WHERE id IN (SELECT line_id FROM premium_move)",
        "UPDATE line_case SET undone_at = now(), undone_by = made_by WHERE action = 'PREMIUM' AND undone_at IS NULL",
        "DELETE FROM line_case WHERE action = 'PREMIUM'",
        "UPDATE premium_move_share SET undone_on = '2019-08-30' WHERE undone_on IS NULL",
        "UPDATE premium_move_share SET kind = 'PASSED_ON'",
        "DELETE FROM transfer WHERE event = 'SUSPENDED'",
    ],
    "ledger_payouts": [
        "DELETE FROM transfer WHERE kind = 'POST'",
        "UPDATE payout SET state = 'CANCELLED' WHERE id = (SELECT min(id) FROM payout WHERE state = 'RELEASED')",
    ],
    "payouts_live": [
        ("DROP INDEX payout_one_live; INSERT INTO payout (number, part_id, region_path, insurer_id, token, amount_fen, payee_name, payee_bank,"
        " payee_account_cipher, payee_account_digest, payee_account_tail, state, ordered_by, ordered_at, ordered_on) SELECT 'again', part_id,"
        " region_path, insurer_id, 'SB000000000000', amount_fen, payee_name, payee_bank, payee_account_cipher, payee_account_digest,"
        " payee_account_tail, 'ORDERED', ordered_by, ordered_at, ordered_on FROM payout WHERE state = 'SETTLED'"
        " ORDER BY id LIMIT 1"),
        "UPDATE payout SET amount_fen = amount_fen + 1 WHERE state = 'SETTLED'",
        "ALTER TABLE payout DROP CONSTRAINT payout_two_persons; UPDATE payout SET released_by = ordered_by WHERE state = 'SETTLED'",
    ],
    "payouts_once": [
        ("DROP INDEX payout_one_live; INSERT INTO payout (number, part_id, region_path, insurer_id, token, amount_fen, payee_name, payee_bank,"
        " payee_account_cipher, payee_account_digest, payee_account_tail, state, ordered_by, ordered_at, ordered_on, released_by, settled_on) SELECT 'again',"
        " part_id, region_path, insurer_id, 'SB000000000000', amount_fen, payee_name, payee_bank, payee_account_cipher, payee_account_digest,"
        " payee_account_tail, 'SETTLED', ordered_by, ordered_at, ordered_on, released_by, settled_on FROM payout WHERE id = (SELECT min(id) FROM payout WHERE state = 'SETTLED')"),
        "UPDATE bank_match SET amount_fen = amount_fen + 1 WHERE undone_at IS NULL",
        ("INSERT INTO transfer (kind, event, debit, credit, amount_fen, booked_on, subject, region_path, insurer_id) SELECT 'POSTED', 'PAID_DIRECT', '2101',"
         " '1201', 1, '2019-08-30', 'payout:' || id, region_path, insurer_id FROM payout WHERE state = 'SETTLED'"),
    ],
    "payouts_matched": [
        "UPDATE bank_match SET undone_at = now(), undone_by = made_by WHERE undone_at IS NULL",
        "UPDATE bank_line SET amount_fen = amount_fen + 1",
        "UPDATE payout SET settled_on = settled_on - 1 WHERE state = 'SETTLED'",
    ],
    "policies_paid": [
        "UPDATE bank_match SET amount_fen = amount_fen * 2 WHERE undone_at IS NULL",
        "UPDATE bank_match SET undone_at = now(), undone_by = made_by WHERE undone_at IS NULL",
        "UPDATE payout SET state = 'RELEASED' WHERE state = 'SETTLED'",
        "UPDATE claim_part SET amount_fen = amount_fen + 1 WHERE id IN (SELECT part_id FROM payout WHERE state = 'SETTLED')",
    ],
    "claims_paid": [
        "UPDATE claim SET paid_fen = 1 WHERE id = (SELECT min(id) FROM claim WHERE state = 'AGREED')",
        "UPDATE claim SET paid_fen = paid_fen - 1 WHERE opening_paid_fen > 0",
        "UPDATE claim SET state = 'PAID' WHERE id = (SELECT min(id) FROM claim WHERE state = 'AGREED')",
    ],
    "policies_state": [
        "UPDATE policy SET state = 'EXPIRED' WHERE id = (SELECT min(id) FROM policy)",
        "DELETE FROM document WHERE kind = 'TITLE'",
        "UPDATE policy_event SET from_state = 'LAPSED' WHERE verb = 'bind'",
    ],
    "policies_sums": [
        "UPDATE premium_share SET amount_fen = amount_fen + 1",
        "DELETE FROM policy_item WHERE id = (SELECT min(id) FROM policy_item)",
        "UPDATE endorsement_share SET amount_fen = amount_fen - 1",
        "DELETE FROM policy_item WHERE added_by IS NOT NULL",
        ("INSERT INTO policy_item (policy_id, project_id, asset_id, region_path, insurer_id, regime_of_law, net_value_fen, sum_insured_fen,"
        " premium_fen, value_from_on, month_values, steps, until_on, ended_by) SELECT policy_id, project_id, asset_id, region_path, insurer_id,"
        " regime_of_law, net_value_fen, sum_insured_fen, 0, value_from_on, month_values, steps, value_from_on + 9, added_by FROM policy_item"
        " WHERE added_by IS NOT NULL"),
    ],
    "policies_endorsed": [
        "UPDATE endorsement SET premium_before_fen = premium_before_fen + 1, premium_after_fen = premium_after_fen + 1",
        "UPDATE endorsement SET charged_fen = charged_fen + 1, premium_after_fen = premium_after_fen + 1",
        "UPDATE endorsement SET ends_before = ends_before + 1",
        "UPDATE policy SET period = daterange(lower(period), upper(period) - 1) WHERE state = 'IN_FORCE'",
        "DELETE FROM policy_event WHERE verb = 'endorse'",
    ],
    "insurers_ruled": [
        ("INSERT INTO insurer_rule (county_code, cover, insurer_id, period) SELECT '370404', 'INDUSTRY', max(id), daterange('2018-01-01', NULL)"
         " FROM insurer"),
        ("INSERT INTO insurer_rule (county_code, cover, insurer_id, period) SELECT '370404', 'INCOME', max(id), daterange('2018-01-01', NULL)"
         " FROM insurer; DELETE FROM insurer_conflict"),
    ],
    "claims_insured": [
        "UPDATE policy SET insurer_id = (SELECT max(id) FROM insurer) WHERE id = (SELECT max(policy_id) FROM claim)",
        "UPDATE payout SET insurer_id = (SELECT max(id) FROM insurer) WHERE id = (SELECT max(id) FROM payout)",
        "UPDATE project_grant SET until_on = NULL",
        "UPDATE project_grant SET until_on = '2019-01-01'",
    ],
    "claims_state": [
        "UPDATE claim SET state = 'CLOSED' WHERE state = 'AGREED'",
        "DELETE FROM claim_event WHERE to_state = 'REJECTED'",
        "DROP INDEX claim_one_live; UPDATE claim SET policy_id = (SELECT min(policy_id) FROM claim), live = true",
    ],
    "claims_chain": [
        "UPDATE claim_event SET from_state = 'CLOSED' WHERE verb = 'approval'",
        "UPDATE claim_event SET role = 'MAKER' WHERE verb = 'approval'",
        "DELETE FROM claim_event WHERE verb = 'acceptance'",
        "UPDATE claim_event SET business_at = business_at - interval '1 year' WHERE verb = 'survey'",
        "UPDATE claim_event SET verb = 'acceptance' WHERE verb = 'report'",
    ],
    "claims_decided": [
        "ALTER TABLE decision DROP CONSTRAINT decision_four_eyes; UPDATE decision SET decided_by = assessor_id",
        "UPDATE claim SET approved_fen = approved_fen + 1 WHERE state = 'AGREED'",
    ],
    "recoveries": [
        "UPDATE recovery_movement SET amount_fen = amount_fen + 1",
        "UPDATE recovery SET expected_fen = 99999999999 WHERE kind = 'FRAUD'",
        "UPDATE fraud_finding SET document_ids = '{99999999}'",
        "UPDATE fraud_finding f SET found_by = (SELECT min(a.assessor_id) FROM assessment a WHERE a.claim_id = f.claim_id)",
    ],
    "objections": [
        "DELETE FROM claim_event WHERE verb = 'objection'",
        "UPDATE objection SET answered_version = answered_version + 1 WHERE outcome IS NOT NULL",
        ("INSERT INTO decision (claim_id, region_path, insurer_id, claim_version, assessment_id, assessor_id, outcome, amount_fen, decided_by,"
         " decided_at) SELECT a.claim_id, a.region_path, a.insurer_id, o.claim_version + 1, a.id, a.assessor_id, 'ZERO', 0, o.entered_by, now()"
         " FROM objection o JOIN assessment a ON a.claim_id = o.claim_id WHERE o.outcome IS NULL"),
    ],
    "insurer_lists": [
        "DELETE FROM insurer_list_row WHERE id = (SELECT min(id) FROM insurer_list_row)",
        "UPDATE insurer_list_row SET amount_fen = amount_fen + 1 WHERE id = (SELECT min(id) FROM insurer_list_row)",
        "UPDATE insurer_list SET sum_fen = sum_fen - 1",
        "UPDATE insurer_list_row SET paid_on = paid_on - 40",
        ("DROP INDEX insurer_list_once; INSERT INTO insurer_list (region_path, insurer_id, content_sha256, file_name, from_on, until_on, row_count,"
         " sum_fen, read_by, read_at) SELECT region_path, insurer_id, content_sha256, file_name, from_on, until_on, row_count, sum_fen, read_by,"
         " read_at FROM insurer_list"),
    ],
    "scopes": [
        f"UPDATE {table} SET region_path = {_ELSEWHERE} WHERE ctid = (SELECT min(ctid) FROM {table})"
        for table in ("asset", "policy", "policy_opening", "policy_item", "premium_share", "premium_move_share", "policy_event", "endorsement", "endorsement_line", "endorsement_share", "claim", "claim_event", "claim_opening", "survey", "assessment", "assessment_line", "objection", "fraud_finding", "third_party", "recovery", "recovery_movement", "decision", "claim_part", "payout", "document", "transfer", "party_account", "funding")
    ],
    "register_counts": [
        "UPDATE register_import SET created_count = created_count - 1, unchanged_count = unchanged_count + 1",
        "DELETE FROM register_row WHERE ctid = (SELECT min(ctid) FROM register_row WHERE outcome = 'CREATED')",
    ],
    "opening_policies": [
        "UPDATE policy SET number = 'C-1' WHERE number = 'B-1'",
        "UPDATE policy_opening SET unpaid_fen = unpaid_fen + 1",
        "DELETE FROM policy_opening WHERE policy_id = (SELECT min(policy_id) FROM policy_opening)",
        "DELETE FROM policy_event WHERE verb = 'opening'",
        "UPDATE opening_import SET created_count = created_count - 1, unchanged_count = unchanged_count + 1",
    ],
    "opening_claims": [
        "UPDATE claim SET opening = false WHERE opening_paid_fen = 0",
        "DELETE FROM claim_opening WHERE claim_id = (SELECT max(claim_id) FROM claim_opening)",
        "UPDATE claim SET opening_paid_fen = opening_paid_fen + 1, paid_fen = paid_fen + 1 WHERE opening_paid_fen > 0",
        "UPDATE claim SET approved_fen = approved_fen + 1 WHERE opening AND state = 'CLOSED'",
        "UPDATE claim_opening SET paid_fen = paid_fen + 1, approved_fen = approved_fen + 1 WHERE version = 1 AND paid_fen > 0",
        "DELETE FROM claim_event WHERE verb = 'opening-entry'",
        "DELETE FROM claim_opening WHERE version = 2",
        "UPDATE claim_opening SET items_fen[1] = items_fen[1] - 1 WHERE outcome = 'PAID'",
    ],
    "sharings": [
        "UPDATE sharing_share SET amount_fen = amount_fen + 1 WHERE purpose = 'MUTUAL_AID'",
        "UPDATE sharing_use SET amount_fen = amount_fen * 10 WHERE purpose = 'MUTUAL_AID'",
        "UPDATE sharing SET amount_fen = amount_fen + 1 WHERE payout_id IS NOT NULL",
        "UPDATE sharing SET project_id = project_id + 1 WHERE payout_id IS NOT NULL",
        ("DROP INDEX sharing_payout_once; UPDATE sharing SET source = 'INCOME_COVER', annual_account_id = NULL,"
        " payout_id = (SELECT max(payout_id) FROM sharing), claim_id = (SELECT max(claim_id) FROM sharing) WHERE source = 'INCOME'"),
        ("ALTER TABLE sharing DROP CONSTRAINT sharing_income_once; ALTER TABLE sharing DROP CONSTRAINT sharing_of_source;"
        " ALTER TABLE sharing DROP CONSTRAINT sharing_backstop; UPDATE sharing SET source = 'INCOME', from_on = '2018-01-01',"
        " last_on = '2018-12-31', project_id = 1"),
        "UPDATE sharing SET amount_fen = 1 WHERE repayable",
        "UPDATE sharing_pay_line SET amount_fen = amount_fen + 1 WHERE ordinal = 1",
        "UPDATE sharing_pay_line SET live = false WHERE ordinal = 1",
        "DELETE FROM sharing_use WHERE pay_list_id IS NOT NULL",
        "DELETE FROM sharing_event WHERE verb = 'confirmation'",
        "ALTER TABLE sharing DROP CONSTRAINT sharing_confirmed; UPDATE sharing SET state = 'PUBLISHED' WHERE state = 'CONFIRMED'",
        "ALTER TABLE sharing DROP CONSTRAINT sharing_two_persons; UPDATE sharing SET confirmed_by = made_by WHERE state = 'CONFIRMED'",
    ],
    "audit_events": [
        "DELETE FROM audit_event WHERE id = (SELECT max(id) FROM audit_event WHERE verb = 'policy.opening')",
        "DELETE FROM audit_event WHERE id = (SELECT max(id) FROM audit_event WHERE verb = 'claim.approved')",
        "DELETE FROM audit_event WHERE id = (SELECT max(id) FROM audit_event WHERE verb = 'policy.bound')",
        "DELETE FROM audit_event WHERE verb = 'payout.match-undone'",
        "DELETE FROM audit_event WHERE verb = 'policy.endorsed'",
    ],
}  # fmt: skip
