"""收益分配: money of a project from its sources by the plan on file to its use."""
