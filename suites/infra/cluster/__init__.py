"""The running cluster, behind two small protocols: one reads, one acts."""
