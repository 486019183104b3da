"""The LLM author: a language model writes worlds, code and questions. Nothing it writes is trusted.

    setting -> plan -> world -> code, repair -> ask -> derive

Every request goes through the ledger; the same seed and index give the same requests, and so the same set.
"""
