"""moto's answers, sooner: where it works out anew, for each request, what it could have kept.

Nothing here changes an answer; the demo asks some ten thousand times. Checked with moto 5.2.5:

- `method_names_from_class`, `camelcase_to_underscores`: which methods a service has, and how an operation or an
  attribute of a queue is called in Python, are asked for with every request.
- `XFormedAttributePicker.get_possible_keys`: under which names a value may be found depends on the class of the
  object and on the shape alone; a group of 55 instances asks 5,000 times.
- `UpdateExpressionParser.make`: the same few expressions are parsed again and again. Validators copy the tree
  before they change it.
- `DepthFirstTraverser.nodes_to_be_processed`: called "cached" by its docstring, and it is not.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from moto.core import responses as response_module
from moto.core.serialize import XFormedAttributePicker
from moto.dynamodb.parsing import ast_nodes, expressions
from moto.sqs import models as sqs_module

Patch = tuple[Any, str, Any]
responses: Any = response_module
sqs: Any = sqs_module
parser: Any = vars(expressions)["UpdateExpressionParser"]  # these two modules are not typed
traverser: Any = vars(ast_nodes)["DepthFirstTraverser"]


def shortcuts() -> Iterator[Patch]:
    """What to put in which place of moto; memories begin empty."""
    yield responses, "method_names_from_class", cache(responses.method_names_from_class)
    yield responses, "camelcase_to_underscores", cache(responses.camelcase_to_underscores)
    yield sqs, "camelcase_to_underscores", cache(sqs.camelcase_to_underscores)
    yield XFormedAttributePicker, "get_possible_keys", _kept_by_class_and_shape(XFormedAttributePicker)
    yield parser, "make", staticmethod(cache(parser.make))
    yield traverser, "nodes_to_be_processed", _kept_by_class(traverser.nodes_to_be_processed)


def _kept_by_class_and_shape(picker: Any) -> Callable[[Any, Any], tuple[str, ...]]:
    find = picker.get_possible_keys
    names: dict[tuple[type, str, Any], tuple[str, ...]] = {}

    def get_possible_keys(self: Any, context: Any) -> tuple[str, ...]:
        asked = (type(context.obj), context.key, context.shape)
        if asked not in names:
            names[asked] = tuple(find(self, context))
        return names[asked]

    return get_possible_keys


def _kept_by_class(find: Callable[[Any], tuple[type, ...]]) -> Callable[[Any], tuple[type, ...]]:
    nodes: dict[type, tuple[type, ...]] = {}

    def nodes_to_be_processed(self: Any) -> tuple[type, ...]:
        if type(self) not in nodes:
            nodes[type(self)] = find(self)
        return nodes[type(self)]

    return nodes_to_be_processed
