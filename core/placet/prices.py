"""The committed table of prices: read, written, compared, and made from the data of genai-prices (MIT). Pure.

Data of others is read as data and never run. A price that depends on more than tokens is left out: unknown is unknown.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from placet.errors import PlacetError
from placet.model.policy import Price, Provider
from placet.record import record, replace

if TYPE_CHECKING:
    import ast

PATH = "policies/prices.json"
LARGEST = 16 * 1024 * 1024
_DEAREST = 100_000  # US dollars for a million tokens


@record
class Table:
    """Prices by `vendor/model`, in US dollars for a million tokens; their source, and the day they were taken."""

    source: str
    taken: str
    models: Mapping[str, Price]

    @property
    def digest(self) -> str:
        return f"sha256:{sha256(to_bytes(self)).hexdigest()}"


EMPTY = Table("", "", {})


def from_bytes(data: bytes, path: str = PATH) -> Table:
    try:
        value = json.loads(data)
        models = {str(name): _price(price) for name, price in value["models"].items()}
        return Table(str(value["source"]), str(value["taken"]), models)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        line = f":{error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        what = f"{path}{line}: this is no table of prices: {str(error)[:200]}"
        raise PlacetError(what, help="write it anew with: placet prices refresh") from error


def _price(value: Mapping[str, Any]) -> Price:
    found = []
    for name in ("input", "output"):
        number = value[name]
        if not isinstance(number, int | float) or isinstance(number, bool) or not 0 <= number <= _DEAREST:
            msg = f"`{name}` is no price"
            raise ValueError(msg)
        found.append(float(number))
    return Price(*found)


def to_bytes(table: Table) -> bytes:
    """A line per model, sorted, so that a change of the table is a readable diff."""
    rows = [
        f"    {json.dumps(name)}: {json.dumps({'input': price.input, 'output': price.output})}"
        for name, price in sorted(table.models.items())
    ]
    head = f'{{\n  "source": {json.dumps(table.source)},\n  "taken": {json.dumps(table.taken)},\n  "models": {{'
    return (head + "\n" + ",\n".join(rows) + ("\n  " if rows else "  ") + "}\n}\n").encode()


def priced(providers: Mapping[str, Provider], table: Table) -> dict[str, Provider]:
    """The providers with the prices that their models take from the table; what it doesn't know stays unknown."""
    return {id: replace(provider, models=tuple(_of(provider, table))) for id, provider in providers.items()}


def _of(provider: Provider, table: Table) -> Iterator[Any]:
    for model in provider.models:
        taken = table.models.get(model.priced_as) if model.priced_as and model.price is None else None
        yield replace(model, price=taken) if taken else model


def wanted(providers: Iterable[Provider]) -> set[str]:
    """What providers call their models in the table."""
    return {model.priced_as for provider in providers for model in provider.models if model.priced_as}


def differences(old: Table, new: Table) -> list[str]:
    """A line per model whose price comes, goes or changes."""
    lines = []
    for name in sorted({*old.models, *new.models}):
        before, after = old.models.get(name), new.models.get(name)
        if before != after:
            lines.append(f"{name}: {_said(before)} -> {_said(after)}")
    return lines


def _said(price: Price | None) -> str:
    return f"${price.input:g} in, ${price.output:g} out" if price else "unknown"


def of_genai(providers: Iterable[Mapping[str, Any]], day: str) -> dict[str, Price]:
    """What genai-prices says of each model on `day`, as far as input and output alone decide it."""
    found: dict[str, Price] = {}
    for provider in providers:
        for model in provider.get("models") or ():
            price = _on(model.get("prices"), day)
            if price is not None:
                for name in (model["id"], *_equals(model.get("match"))):
                    found.setdefault(f"{provider['id']}/{name}", price)
    return found


def _on(prices: Any, day: str) -> Price | None:
    """The last price that has begun. One that holds at some hours of the day alone can't be told from tokens."""
    if isinstance(prices, list):
        begun = None
        for conditional in prices:
            constraint = conditional.get("constraint") or {}
            if not set(constraint) <= {"start_date", "type"}:
                return None
            if str(constraint.get("start_date", "")) <= day:
                begun = conditional.get("prices")
        return _on(begun, day) if not isinstance(begun, list) else None
    if not isinstance(prices, dict) or "requests_kcount" in prices:
        return None
    try:
        return _price({"input": _number(prices["input_mtok"]), "output": _number(prices["output_mtok"])})
    except (KeyError, ValueError, TypeError):
        return None


def _number(value: Any) -> float:
    return float(value) if isinstance(value, str) else value  # a tiered price is a mapping, which is none


def _equals(match: Any) -> Iterator[str]:
    """Names that are this model and nothing else."""
    if isinstance(match, dict):
        if isinstance(match.get("equals"), str):
            yield match["equals"]
        for each in match.get("or") or match.get("or_") or ():
            yield from _equals(each)


def of_module(text: str) -> list[dict[str, Any]]:
    """The providers in genai_prices/data.py, read as a tree of calls; nothing of it is run."""
    import ast

    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise PlacetError("the data of genai-prices can't be read", help="give data.json of its repository") from error
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and getattr(node.target, "id", "") == "providers" and node.value:
            found = _plain(node.value)
            if isinstance(found, list):
                return [each for each in found if isinstance(each, dict)]
    raise PlacetError("this holds no providers of genai-prices", help="give its wheel, or data.json of its repository")


def _plain(node: ast.expr) -> Any:
    """Calls as mappings of their keywords; Decimal('1') and datetime.date(...) as what they stand for."""
    import ast

    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.List | ast.Tuple):
        return [_plain(item) for item in node.elts]
    if isinstance(node, ast.Dict):
        keys = [_plain(key) if key else None for key in node.keys]
        return dict(zip(keys, map(_plain, node.values), strict=True))
    if isinstance(node, ast.Call):
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        given = [_plain(item) for item in node.args]
        if name == "Decimal":
            return str(given[0]) if given else None
        if name == "date" and len(given) == 3:
            return f"{given[0]:04d}-{given[1]:02d}-{given[2]:02d}"
        return {keyword.arg: _plain(keyword.value) for keyword in node.keywords if keyword.arg}
    return None
