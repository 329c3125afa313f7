"""Honest defaults for what a test is not about: `make.user(...)`, `make.people()`, and one file per context."""

from make.access import people as people
from make.access import user as user
from make.claims import claim_in as claim_in
from make.claims import insured as insured
from make.claims import reported as reported
from make.claims import way as way
from make.finance import AccountRow as AccountRow
from make.finance import account_file as account_file
from make.finance import bank_file as bank_file
from make.finance import next_day as next_day
from make.finance import order as order
from make.finance import part as part
from make.finance import paying_account as paying_account
from make.finance import released as released
from make.finance import share as share
from make.finance import unmatched_lines as unmatched_lines
from make.projects import entry as entry
from make.projects import project as project
from make.projects import register as register
from make.projects import row as row
