"""Pure decisions: no AWS, no clock, no log, no randomness, no input or output."""
