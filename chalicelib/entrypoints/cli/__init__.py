"""The command line: `curfew`, a module for each group of commands, `program` puts them together."""
