"""Slack's incoming webhooks and ``chat.postMessage``; what is posted can be read, and goes nowhere."""
