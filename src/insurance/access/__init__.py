"""Who may do what, where, and what was done."""
