"""Texts in cells of a spreadsheet, none of which it would execute.

A cell that begins with one of these characters is taken for a formula, in CSV and when a workbook is saved as CSV.
https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\0", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""The last four are the full-width forms of the first four, which some spreadsheets read alike."""
DEFUSED = "'"


def defused(text: str) -> str:
    """The text behind an apostrophe, if it would be executed, or begins with an apostrophe itself."""
    begins = text.lstrip(" ")
    return f"{DEFUSED}{text}" if text.startswith((*FORMULA, DEFUSED)) or begins.startswith(FORMULA) else text


def read_back(cell: str) -> str:
    """The text that `defused` was given."""
    return cell.removeprefix(DEFUSED)
