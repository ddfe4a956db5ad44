"""What suites that use a real browser share: starting it, a visitor with all that it logged, looking at a page.

No suite itself: it knows none of them.
"""
