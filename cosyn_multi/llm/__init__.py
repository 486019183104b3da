"""Asking language models: every answer paid once, the cost known before and held after.

    Desk.ask -> Ledger (is it answered?) -> Budget (is there room?) -> Provider (ask) -> Ledger (commit) -> Reply

A *provider* answers while one waits (`anthropic`, `openai`, `function`). A *carrier* takes what waits and brings answers
back later (`batch`, `files`). Neither knows of sets, prompts or question kinds.
"""
