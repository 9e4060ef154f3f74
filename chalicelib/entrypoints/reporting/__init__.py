"""The savings report as people and machines get it: one module a format, each from the same statement.

Inputs of a report are files as well (`inputs_*`): `curfew report --export` writes them, `curfew recompute` reads them.
"""
