"""Records: what dataclasses give, held against dataclasses themselves."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import subprocess
import sys
from functools import cached_property
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from placet.record import FrozenRecordError, as_dict, field, fields_of, record, replace


@record(order=True)
class Place:
    line: int
    column: int = 1


@record
class Named:
    name: str
    place: Place = Place(1)
    tags: list[str] = field(default_factory=list)
    note: str = field(default="", shown=False, compare=False)


@record(slots=False)
class Loose:
    number: int

    @cached_property
    def doubled(self) -> int:
        return self.number * 2


@record(frozen=False)
class Counter:
    left: int = 3
    seen: dict[str, int] = field(default_factory=dict)


@record(frozen=False, eq=False)
class Own:
    value: int


@record
class Checked:
    low: int
    high: int

    def __post_init__(self) -> None:
        if self.low > self.high:
            raise ValueError("low is above high")


@record
class Longer(Place):
    length: int = 0


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Twin:
    line: int
    column: int = 1


@given(st.integers(), st.integers(), st.integers(), st.integers())
def test_compares_and_hashes_as_its_fields_do(a: int, b: int, c: int, d: int) -> None:
    mine, other, twin, twins = Place(a, b), Place(c, d), Twin(a, b), Twin(c, d)
    assert (mine == other) is (twin == twins)
    assert (mine < other) is (twin < twins)
    assert (mine <= other) is (twin <= twins)
    assert (mine > other) is (twin > twins)
    assert (mine >= other) is (twin >= twins)
    assert (hash(mine) == hash(other)) is (hash(twin) == hash(twins))
    assert repr(mine) == repr(twin).replace("Twin", "Place")


def test_is_made_by_place_by_name_and_with_its_defaults() -> None:
    assert Named("a") == Named(name="a", place=Place(1, 1), tags=[])
    assert Named("a", Place(2)).place.column == 1
    assert Named("a").tags is not Named("a").tags


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(Named, id="a field is missing"),
        pytest.param(lambda: Named("a", odd=1), id="a field is unknown"),
        pytest.param(lambda: Named("a", name="b"), id="a field is given twice"),
        pytest.param(lambda: Place(1, 2, 3), id="there are too many"),
    ],
)
def test_refuses_what_a_function_would_refuse(make: Any) -> None:
    with pytest.raises(TypeError):
        make()


def test_never_changes_unless_it_says_so() -> None:
    place = Place(1)
    with pytest.raises(FrozenRecordError, match="line"):
        place.line = 2  # type: ignore[misc]
    with pytest.raises(FrozenRecordError):
        del place.line
    counter = Counter()
    counter.left -= 1
    assert counter == Counter(2)
    with pytest.raises(TypeError, match="unhashable"):
        hash(counter)


def test_has_no_room_for_other_names_unless_it_says_so() -> None:
    with pytest.raises(AttributeError):
        object.__setattr__(Place(1), "odd", 1)
    assert Loose(2).doubled == 4
    assert not hasattr(Place(1), "__dict__")


def test_a_field_may_stay_out_of_comparison_and_representation() -> None:
    assert Named("a", note="x") == Named("a", note="y")
    assert "note" not in repr(Named("a", note="x"))


def test_without_eq_each_value_is_only_itself() -> None:
    assert Own(1) != Own(1)
    assert len({Own(1), Own(1)}) == 2


def test_is_checked_when_it_is_made() -> None:
    with pytest.raises(ValueError, match="above"):
        Checked(2, 1)
    with pytest.raises(ValueError, match="above"):
        replace(Checked(1, 2), low=3)


def test_inherits_fields_in_order() -> None:
    assert fields_of(Longer) == ("line", "column", "length")
    assert Longer(1, 2, 3) == Longer(1, 2, 3) != Place(1, 2)


def test_is_replaced_copied_and_pickled() -> None:
    value = Named("a", Place(3, 4), ["x"], "note")
    assert replace(value, place=Place(5)).place == Place(5)
    assert replace(Twin(1, 2), column=3) == Twin(1, 3)
    assert copy.deepcopy(value) == value
    assert pickle.loads(pickle.dumps(value)) == value


def test_becomes_plain_with_all_that_is_in_it() -> None:
    assert as_dict({"all": (Named("a"), Twin(1))}) == {
        "all": [
            {"name": "a", "place": {"line": 1, "column": 1}, "tags": [], "note": ""},
            {"line": 1, "column": 1},
        ]
    }


def test_can_be_matched_by_place() -> None:
    match Place(3, 4):
        case Place(line, column):
            assert (line, column) == (3, 4)


def test_costs_no_import() -> None:
    code = "import sys, placet.record; print(sorted({'dataclasses', 'inspect', 're', 'typing'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
