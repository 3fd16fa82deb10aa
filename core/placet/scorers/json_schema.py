"""json-schema: whether the answer is JSON that a schema of draft 2020-12 allows.

Nothing is retrieved, `format` asserts nothing, patterns run on RE2. Neither a schema nor an answer can make
it expensive: the schema is bounded and tried out when the scorer is built, and each validation has a budget.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from placet.model.run import Score
from placet.model.suite import ScorerSpec
from placet.record import record
from placet.scorers import json_text
from placet.scorers.json_checks import not_json
from placet.scorers.metered import METER, Meter, OverrunError, Sizes, measure
from placet.scorers.output import Output, Scorer
from placet.scorers.parameters import ScorerError, flag, kind, only, plain, required
from placet.scorers.regex import Pattern
from placet.scorers.schema_limits import accept
from placet.scorers.shown import clip

# One of each type: a schema that loops or doubles whatever the value is does so on one of them.
_TRIALS: tuple[object, ...] = (None, True, 0, 0.5, "", [], {})


@record
class _Validation:
    validator: Any
    patterns: Mapping[str, Pattern]
    sizes: Sizes

    def problem(self, document: object) -> str | None:
        """The first thing in the document that the schema doesn't allow."""
        sizes = dict(self.sizes)
        measure(document, sizes)
        token = METER.set(Meter(self.patterns, sizes))
        try:
            error = next(self.validator.iter_errors(document), None)
        except RecursionError:
            raise OverrunError from None
        finally:
            METER.reset(token)
        return f"at {clip(error.json_path)}: {_said(error)}" if error else None


@record
class _JsonSchema:
    validation: _Validation
    fenced: bool

    def __call__(self, output: Output, variables: Mapping[str, str]) -> Score:
        try:
            problem = self.validation.problem(json_text.read(output.text, fenced=self.fenced))
        except json_text.NotJsonError as reason:
            return not_json(reason, output)
        except OverrunError:
            return Score(0.0, "validating this output against the schema takes more work than is allowed")
        if problem is None:
            return Score(1.0, "is JSON that the schema allows")
        return Score(0.0, f"not allowed by the schema {problem}")


def _said(error: Any) -> str:
    """The message; it often begins with the whole value, which must not hide what is wrong with it."""
    value = repr(error.instance)
    if error.message.startswith(value):
        return clip(value, 60) + clip(error.message[len(value) :])
    return clip(error.message)


def json_schema(spec: ScorerSpec) -> Scorer:
    only(spec, "schema", "fenced")
    given = required(spec, "schema")
    if not isinstance(given, Mapping):
        raise ScorerError(f"`schema` must be a mapping, not {kind(given)}", "write the JSON Schema as YAML")
    validation = _compiled(given)
    try:
        for trial in _TRIALS:
            validation.problem(trial)
    except OverrunError:
        raise ScorerError("`schema` never comes to an end", "break the loop of its references") from None
    return _JsonSchema(validation, flag(spec, "fenced"))


def _compiled(given: Mapping[str, Any]) -> _Validation:
    from referencing import Registry

    from placet.scorers.schema_keywords import MeteredValidator

    schema: Any = plain(given, "schema")
    patterns = accept(schema)
    sizes: Sizes = {}
    measure(schema, sizes)
    # An empty registry retrieves nothing; jsonschema's default one would use the network.
    registry: Registry[Any] = Registry()
    return _Validation(MeteredValidator(schema, registry=registry), patterns, sizes)
