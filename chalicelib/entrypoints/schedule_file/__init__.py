"""Schedule files: texts in, definitions and problems out (docs/schedule-file.md)."""
