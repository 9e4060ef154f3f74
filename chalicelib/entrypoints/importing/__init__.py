"""What other schedulers' rules say, as schedule files; and what they say that a schedule file cannot."""
