"""The made-up registers that speed is measured on; and every fault planted in them is found, and nothing else is."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from bench.corpus.__main__ import main, make
from bench.corpus.damage import Answer, Damage
from bench.corpus.faults.extras import EXTRAS
from bench.corpus.faults.planting import EVERY, KINDS, plant
from bench.corpus.faults.policies import ALONE
from bench.corpus.files import BOM, Files, commit, files_of, write
from bench.corpus.plan import RARE_PROVIDER, SHARED_PROMPT, WAIVED_CONTROL, plans
from bench.corpus.policies import CODEOWNERS
from bench.corpus.score import found_in, read_key, score

from placet.rules.catalogue import RULES

ONE = Answer("a.yaml", 3, 7, "FIL007", "a kind")


def made(out: Path) -> dict[str, bytes]:
    return {path.relative_to(out).as_posix(): path.read_bytes() for path in out.rglob("*") if path.is_file()}


class TestTheRegister:
    def test_is_the_same_for_the_same_seed_and_another_for_another(self, tmp_path: Path) -> None:
        for name, seed in (("one", 5), ("two", 5), ("three", 6)):
            make(tmp_path / name, 60, seed, 20, git=False)
        assert made(tmp_path / "one") == made(tmp_path / "two")
        assert made(tmp_path / "one") != made(tmp_path / "three")

    def test_is_the_same_from_another_process(self, tmp_path: Path) -> None:
        command = [sys.executable, "-m", "bench.corpus", tmp_path / "other", "--systems", "60", "--no-git"]
        subprocess.run(command, check=True, cwd=Path(__file__).parents[2])
        make(tmp_path / "here", 60, 1, git=False)
        assert made(tmp_path / "other") == made(tmp_path / "here")

    @pytest.mark.parametrize("systems", [1, 5, 100, 1_000])
    def test_has_as_many_registrations_and_prompts_as_were_asked_for(self, systems: int) -> None:
        files = files_of(plans(systems, 1), 1)
        assert sum(path.endswith("/system.yaml") for path in files) == systems
        assert sum(path.endswith(".prompt.yml") for path in files) == systems

    def test_has_a_control_a_prompt_and_a_provider_that_one_in_25_refers_to(self) -> None:
        files = {path: text for path, text in files_of(plans(1_000, 1), 1).items() if isinstance(text, str)}
        systems = [text for path, text in files.items() if path.endswith("/system.yaml")]
        waivers = [text for path, text in files.items() if "/waivers/" in path]
        assert sum(f"control: {WAIVED_CONTROL}\n" in text for text in waivers) == 40
        assert sum(SHARED_PROMPT in text for text in systems) == 41
        assert sum(f"provider: {RARE_PROVIDER}" in text for text in systems) == 40

    def test_begins_alike_however_long_it_is(self) -> None:
        short, long = files_of(plans(150, 1), 1), files_of(plans(151, 1), 1)
        assert short.items() <= long.items()

    @pytest.mark.parametrize("systems", [1, 60, 160])
    def test_is_without_findings(self, systems: int, tmp_path: Path) -> None:
        make(tmp_path / "shop", systems, 1)
        for options in ([], ["--staged"]):
            assert found_in(tmp_path / "shop", *options) == []


class TestPlantedFaults:
    def test_are_of_many_kinds(self) -> None:
        assert len({kind.name for kind in (*KINDS, *ALONE, *EXTRAS)}) == len(EVERY) >= 100

    def test_are_of_every_rule(self) -> None:
        planned = plans(240, 1)
        rules = set()
        for kind in EVERY.values():
            rules |= {answer.rule for answer in plant(files_of(planned, 1), planned, [kind], 1, 1)}
        assert rules - {"ACME001"} == {rule.id for rule in RULES}

    @pytest.mark.parametrize("seed", [1, 2, 3])
    def test_of_every_kind_are_found_at_their_place_and_nothing_else_is(self, seed: int, tmp_path: Path) -> None:
        make(tmp_path / "shop", 320, seed, len(KINDS))
        key = read_key(tmp_path / "shop")
        assert {answer.kind for answer in key} == {kind.name for kind in KINDS}
        assert score(key, found_in(tmp_path / "shop")).as_text() == everything(key)
        assert score(key, found_in(tmp_path / "shop", "--staged")).as_text() == everything(key)

    def test_are_found_when_they_are_staged_in_a_clean_register_and_gone_once_they_are_mended(
        self, tmp_path: Path
    ) -> None:
        planned, shop = plans(240, 8), tmp_path / "shop"
        clean, broken = files_of(planned, 8), files_of(planned, 8)
        key = plant(broken, planned, [kind for kind in KINDS if not kind.once], 90, 8)
        write(shop, clean)
        commit(shop)
        for files, expected in ((clean, []), (broken, key), (clean, [])):
            stage(shop, files)
            assert score(expected, found_in(shop, "--staged")).as_text() == everything(expected)

    @pytest.mark.parametrize("seed", range(4, 8))
    def test_are_found_in_a_small_register_too(self, seed: int, tmp_path: Path) -> None:
        make(tmp_path / "shop", 60, seed, 24)
        key = read_key(tmp_path / "shop")
        assert score(key, found_in(tmp_path / "shop")).as_text() == everything(key)

    @pytest.mark.parametrize("kind", [*ALONE, *EXTRAS], ids=[kind.name for kind in (*ALONE, *EXTRAS)])
    def test_of_what_judges_all_others_are_found_alone(self, kind: object, tmp_path: Path) -> None:
        make(tmp_path / "shop", 30, 1, only=[kind.name])  # type: ignore[attr-defined]
        key = read_key(tmp_path / "shop")
        assert score(key, found_in(tmp_path / "shop")).as_text() == everything(key)

    def test_change_no_file_but_their_own(self) -> None:
        planned = plans(200, 2)
        before, after = files_of(planned, 2), files_of(planned, 2)
        key = plant(after, planned, KINDS, 50, 2)
        changed = {path for path in before.keys() | after.keys() if before.get(path) != after.get(path)}
        assert {thing_of(answer.path) for answer in key if answer.rule != "OWN002"} <= set(map(thing_of, changed))
        assert len(changed) < 2 * len(key)

    def test_are_refused_when_there_are_too_few_systems(self) -> None:
        planned = plans(5, 1)
        with pytest.raises(LookupError, match="no system is left for"):
            plant(files_of(planned, 1), planned, KINDS, 50, 1)


def thing_of(path: str) -> str:
    """The system whose folder, or prompt's folder, a file is in; or the file itself."""
    return path.split("/")[1] if path.startswith(("systems/", "prompts/")) else path


def stage(out: Path, files: Files) -> None:
    """Put `files` in place of all others, and into git's index."""
    before = out / ".git"
    kept = before.rename(out.with_name("git"))
    write(out, files)
    kept.rename(before)
    subprocess.run(["git", "add", "--all"], cwd=out, check=True)


def everything(key: list[Answer]) -> str:
    return f"{len(key)} of {len(key)} faults found at their exact place, 0 false findings"


class TestDamage:
    @pytest.mark.parametrize(
        ("text", "place"),
        [
            pytest.param("a: 1\nkey: old\n", (2, 6), id="a plain file"),
            pytest.param("a: 1\r\nkey: old\r\n", (2, 6), id="a file with CRLF"),
            pytest.param(f"{BOM}key: old\n", (1, 6), id="behind a byte order mark"),
            pytest.param("ü: 1\nkey: old\n", (2, 6), id="below other letters"),
        ],
    )
    def test_places_count_characters(self, text: str, place: tuple[int, int]) -> None:
        files = {"a.yaml": text}
        damage = Damage(files)
        damage.edit("a.yaml", "old$", "¦new", "FIL007")
        (answer,) = damage.answers()
        assert (answer.line, answer.column) == place
        assert files == {"a.yaml": text.replace("old", "new")}

    def test_two_faults_of_a_file_dont_move_each_other(self) -> None:
        files = {"a.yaml": "one: 1\ntwo: 2\n"}
        damage = Damage(files)
        damage.edit("a.yaml", "^two: ", "two: ¦", "B")
        damage.edit("a.yaml", "^one: ", "first:\n  one: ¦", "A")
        assert [(one.rule, one.line, one.column) for one in damage.answers()] == [("A", 2, 8), ("B", 3, 6)]

    def test_an_edit_that_matches_nothing_is_refused(self) -> None:
        with pytest.raises(LookupError, match="isn't in"):
            Damage({"a.yaml": "one: 1\n"}).edit("a.yaml", "two", "¦2", "FIL007")


class TestTheScore:
    def test_counts_what_is_found_at_its_place(self) -> None:
        assert score([ONE], [ONE]).perfect

    def test_tells_what_is_missing_from_what_is_elsewhere(self) -> None:
        other = Answer("b.yaml", 1, 1, "FIL001", "another kind")
        moved = Answer("a.yaml", 3, 8, "FIL007", "said so")
        result = score([ONE, other], [moved])
        assert (result.exact, result.missed, result.false) == ((), (other,), ())
        assert result.elsewhere == ((ONE, moved),)
        assert "a.yaml:3:7: FIL007  found at 3:8  (a kind)" in result.as_text()

    def test_what_is_said_twice_is_false_the_second_time(self) -> None:
        result = score([ONE], [ONE, ONE])
        assert result.exact == (ONE,)
        assert Counter(result.false) == {ONE: 1}

    def test_is_printed_for_a_folder_with_its_key(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        make(tmp_path / "shop", 30, 1, only=["a word that isn't one of the list"])
        assert main([str(tmp_path / "shop"), "--score"]) == 0
        key = tmp_path / "shop.answers.json"
        key.write_text(json.dumps([{**json.loads(key.read_text())[0], "line": 1}]))
        assert main([str(tmp_path / "shop"), "--score"]) == 1
        assert "elsewhere" in capsys.readouterr().out


def test_writing_replaces_what_stood_there(tmp_path: Path) -> None:
    write(tmp_path / "shop", {"old.yaml": "a: 1\n"})
    write(tmp_path / "shop", {CODEOWNERS: "* @acme/a\n"})
    assert made(tmp_path / "shop") == {CODEOWNERS: b"* @acme/a\n"}
