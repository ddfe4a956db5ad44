"""What the doubles of mail, Slack and PagerDuty share: memory with long-poll, faults, control, pages, start-up."""
