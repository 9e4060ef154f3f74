"""The ledger: what ran, what would have run, what each cost, and why they differ. Pure, and exact in Decimal.

Spans x rates are costs; a baseline x list rates is what would have been; the difference is put down to hours, size,
spot and commitments. Everything a figure rests on is a value in `inputs.Inputs`, so that anybody can compute it again.
"""

METHOD = 1
"""The version of the method. It is raised with every change that makes the same inputs give other figures."""
