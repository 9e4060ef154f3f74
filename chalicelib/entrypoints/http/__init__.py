"""HTTP in, flows, JSON out: one small module for each group of routes, and no rules."""
