"""The workloads of the performance goals, each against its limit in one run; the table goes to docs/benchmarks.md."""
