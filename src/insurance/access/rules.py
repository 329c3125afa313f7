"""What each role may do. One table: guards, navigation, buttons and the generated tests read it."""

from __future__ import annotations

from insurance.access.model import FINANCE, INSURER_ROLES, OFFICES, Role

_STAFF = OFFICES | INSURER_ROLES | FINANCE | {Role.LEADER, Role.AUDITOR}
_SYSTEM = frozenset({Role.SYSTEM})

MAY: dict[str, frozenset[Role]] = {
    # everybody who is signed in
    "account.own": frozenset(Role) - _SYSTEM,
    "figures.read": _STAFF | {Role.ADMIN},
    "trial.run": _STAFF | {Role.ADMIN},
    # administration and audit
    "account.administer": frozenset({Role.ADMIN}),
    "insurer.read": _STAFF | {Role.ADMIN},
    "insurer.write": frozenset({Role.ADMIN, Role.CITY_OFFICE}),
    "audit.read": frozenset({Role.AUDITOR, Role.ADMIN}),
    # register
    "project.read": _STAFF,
    "project.write": OFFICES,
    "register.import": OFFICES,
    "document.read": _STAFF,
    "document.file": OFFICES | INSURER_ROLES,
    "signal.read": OFFICES | INSURER_ROLES | {Role.AUDITOR},
    "signal.explain": INSURER_ROLES,
    "photo.original": OFFICES | INSURER_ROLES,  # with where and when it was taken: for who handles the case
    # policies
    "policy.read": _STAFF,
    "policy.quote": OFFICES,
    "policy.enrol": OFFICES,
    "policy.endorse": OFFICES,
    "policy.cancel": OFFICES,
    "policy.renew": OFFICES,
    "opening.import": frozenset({Role.CITY_OFFICE, Role.COUNTY_OFFICE}),
    "insurer-rule.write": frozenset({Role.CITY_OFFICE}),
    "handover.read": frozenset({Role.CITY_OFFICE, Role.COUNTY_OFFICE}) | INSURER_ROLES,
    # disasters and claims
    "disaster.read": _STAFF,
    "disaster.declare": frozenset({Role.CITY_OFFICE, Role.COUNTY_OFFICE}),
    "claim.read": _STAFF,
    "claim.report": OFFICES,
    "claim.correction": OFFICES,
    "claim.acceptance": frozenset({Role.ADJUSTER}),
    "claim.assignment": frozenset({Role.ADJUSTER}),
    "claim.survey": frozenset({Role.ADJUSTER}),
    "claim.papers-notice": frozenset({Role.ADJUSTER}),
    "claim.papers": OFFICES | {Role.ADJUSTER},
    "claim.assessment": frozenset({Role.ADJUSTER}),
    "claim.publicity": OFFICES,
    "claim.objection": OFFICES,
    "claim.approval": frozenset({Role.APPROVER}),
    "claim.declinature": frozenset({Role.APPROVER}),
    "claim.zero": frozenset({Role.APPROVER}),
    "claim.agreement": OFFICES | {Role.ADJUSTER},
    "claim.interim-payment": frozenset({Role.APPROVER}),
    "claim.withdrawal": OFFICES,
    "claim.closure": frozenset({Role.ADJUSTER}) | _SYSTEM,
    "claim.reopening": frozenset({Role.APPROVER}),
    # what comes back to the insurer, and why
    "recovery.read": _STAFF,
    "recovery.write": INSURER_ROLES,
    "recovery.write-off": frozenset({Role.APPROVER}),
    "third-party.write": INSURER_ROLES,
    "fraud.read": INSURER_ROLES | {Role.CITY_OFFICE, Role.AUDITOR},
    "fraud.find": frozenset({Role.APPROVER}),
    "income-statement.file": OFFICES | {Role.ADJUSTER},
    "claim.opening": _SYSTEM,
    "claim.opening-correction": frozenset({Role.CITY_OFFICE, Role.COUNTY_OFFICE}),
    "claim.advance-due": _SYSTEM,
    # income shared: households are no insurer's business; full card numbers are finance's alone
    "sharing.read": OFFICES | FINANCE | {Role.LEADER, Role.AUDITOR},
    "sharing.write": OFFICES,
    "sharing.confirm": OFFICES,
    "sharing.pay-list": FINANCE,
    "sharing.use": OFFICES | FINANCE,
    # letters: each kind is issued with its verb; by hand only what its role may issue
    "letter.issue": OFFICES | INSURER_ROLES,
    "letter.deliver": OFFICES | INSURER_ROLES,
    # payees
    "payee.read": OFFICES | INSURER_ROLES | FINANCE | {Role.AUDITOR},
    "payee.write": OFFICES,
    # finance
    "payout.read": OFFICES | INSURER_ROLES | FINANCE | {Role.LEADER, Role.AUDITOR},
    "payout.order": frozenset({Role.MAKER}),
    "payout.cancel": frozenset({Role.MAKER, Role.CHECKER}),
    "payout.release": frozenset({Role.CHECKER}),
    "payout.return": FINANCE,
    "paying-account.enter": frozenset({Role.MAKER}),
    "paying-account.approve": frozenset({Role.CHECKER}),
    "payment-file.read": FINANCE | {Role.AUDITOR},
    "payment-file.make": frozenset({Role.MAKER}),
    "payment-file.fetch": FINANCE,
    "statement.read": FINANCE | {Role.AUDITOR},
    "statement.write": FINANCE,
    "books.read": INSURER_ROLES | FINANCE | {Role.LEADER, Role.AUDITOR},
    "insurer-list.write": INSURER_ROLES | FINANCE,
    "premium.read": _STAFF,
    "premium.move": FINANCE,
    "premium.move-read": FINANCE | {Role.AUDITOR},
    "month.close": FINANCE,
    "ledger.open": frozenset({Role.CHECKER}),
    "ledger.read": FINANCE | {Role.LEADER, Role.AUDITOR},
}


def may(role: Role, act: str) -> bool:
    """Whether the role may do the act; an act nobody wrote down is nobody's."""
    return role in MAY.get(act, frozenset())
