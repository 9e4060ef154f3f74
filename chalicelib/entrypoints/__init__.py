"""Translate HTTP, the command line and AWS events to flows and back; no rules here."""
