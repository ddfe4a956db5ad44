"""Figures that the help centre and the legal pages promise and that no code of the shop needs.

Whoever changes one of these changes what customers are told, everywhere at once.
"""

BANK_DAYS = 10  # most days until a bank shows a refund
FAULT_REPORT_DAYS = 14  # days in which damage from the way is best told
PAYMENT_PAGE_HOURS = 24  # how long Stripe keeps a payment page open; then the order is cancelled
ANSWER_DAYS = 30  # GDPR, article 12: an answer within a month
CCPA_ANSWER_DAYS = 45  # CCPA, section 1798.130
BOOKKEEPING_YEARS = 10  # German tax code, section 147
LOG_DAYS = 30  # how long lines of the log are kept
WITHDRAWAL_DAYS = 14  # EU consumer law, where the right of withdrawal exists at all
LEAST_AGE = 16  # years; GDPR, article 8
NOTICE_DAYS = 30  # before changed terms hold
