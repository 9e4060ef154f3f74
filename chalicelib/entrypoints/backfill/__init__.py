"""Bills as files: hourly cost and usage reports, and FOCUS exports (docs/observe.md)."""
