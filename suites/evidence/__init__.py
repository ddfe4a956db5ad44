"""What suites share about evidence: secrets are taken out before anything is kept.

No suite itself: it knows none of them.
"""
