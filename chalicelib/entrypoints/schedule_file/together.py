"""What several environments' files must have to do with each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chalicelib.core.shared import circle
from chalicelib.entrypoints.schedule_file.document import Document, texts
from chalicelib.entrypoints.schedule_file.problems import Problem


def check_together(documents: Sequence[Document]) -> Iterator[Problem]:
    """Every mistake between the files. What is used and not among them may be applied already: apply tells."""
    yield from _namesakes(documents)
    yield from _circles(documents)


def _namesakes(documents: Sequence[Document]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for document in documents:
        name = str(document.at("environment"))
        if name in first and document.at("environment") is not None:
            what = f"environment {name} is already in {first[name]}"
            yield Problem(document.file, document.line(("environment",)), what, "give it another name")
        first.setdefault(name, document.file)


def _circles(documents: Sequence[Document]) -> Iterator[Problem]:
    by_name = {str(document.at("environment")): document for document in documents}
    path = circle({name: _others(name, document) for name, document in by_name.items()})
    if path:
        document = by_name[path[0]]
        what = f"environments use each other in a circle: {' -> '.join(path)}"
        remedy = f"take one step out, e.g. {path[1]} from the uses of {path[0]}"
        yield Problem(document.file, document.line(("uses",)), what, remedy)


def _others(name: str, document: Document) -> tuple[str, ...]:
    """What it uses; that it uses itself is told in its own file."""
    return tuple(each for each in texts(document.at("uses")) if each != name)
