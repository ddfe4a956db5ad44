"""launchgate answers one question with evidence: may this release go live?"""
