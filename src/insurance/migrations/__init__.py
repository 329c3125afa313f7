"""The one chain of migrations: SQL first, forward only, run by Piccolo's runner (docs/decisions/0002)."""
