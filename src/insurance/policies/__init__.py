"""What is insured, for how much, at what premium (the wordings are data in the top-level folder of the same name)."""
