"""What to do after `placet init`, in the order in which it is best done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from placet.scaffold.actions import Action, Done
from placet.scaffold.answers import Answers
from placet.scaffold.hooks import CONFIG, TYPES, installs_all
from placet.scaffold.start import EXAMPLE, WORKFLOW
from placet.scan.survey import Survey


def next_steps(answers: Answers, survey: Survey, done: Sequence[Action], ignored: Sequence[str]) -> tuple[str, ...]:
    """Nothing when everything was there already and nothing is amiss."""
    written = {action.path for action in done if action.done in (Done.CREATED, Done.CHANGED)}
    config = next((action.new for action in done if action.path == CONFIG and action.path in written), None)
    return (*_troubles(done, ignored), *_after(answers, survey, written, config))


def _troubles(done: Sequence[Action], ignored: Sequence[str]) -> Iterator[str]:
    if ignored:
        more = f" and {len(ignored) - 1} more" if len(ignored) > 1 else ""
        yield f"git ignores {ignored[0]}{more}: change .gitignore, or nobody else will see it"
    for action in done:
        if action.path == CONFIG and action.done is Done.LEFT:
            yield f"{CONFIG} has no hook of Placet yet: see docs/init.md"


def _after(answers: Answers, survey: Survey, written: set[str], config: bytes | None) -> Iterator[str]:
    if not written:
        return
    yield "read policies/tiers.yaml and policies/classification.yaml: they decide, and they are yours now"
    if answers.risk == answers.owner:
        yield f"say who answers for risk: {answers.owner} owns the systems and would approve their exceptions as well"
    if survey.shadow:
        parts = len(survey.shadow)
        parts_use = "1 part of this repository uses" if parts == 1 else f"{parts} parts of this repository use"
        yield f"{parts_use} models and {'is' if parts == 1 else 'are'} not registered yet: placet scan"
    if "policies/providers.yaml" in written and answers.endpoint.price is None:
        yield f"write what {answers.endpoint.model} costs into policies/providers.yaml: until then costs gate nothing"
    if f"systems/{EXAMPLE}/system.yaml" in written:
        yield f"look at systems/{EXAMPLE}/, write a system of your own (placet new system), then delete the example"
    yield "check what is there: placet check"
    if config is not None:
        all_types = "" if installs_all(config.decode()) else "".join(f" --hook-type {one}" for one in TYPES)
        yield f"check it on every commit: pre-commit install{all_types}, or without pre-commit: placet install"
    yield (
        "commit it, and say why, since it changes policies: git add policies prompts systems .github "
        f"{CONFIG} && git commit -m 'Govern this repository' -m 'Reason: from now on it is governed'"
    )
    if WORKFLOW in written:
        yield from _workflow(answers)


def _workflow(answers: Answers) -> Iterator[str]:
    if not answers.commit:
        yield f"say in {WORKFLOW}, under env, where Placet comes from; until then its check fails"
    if answers.endpoint.is_local:
        yield f"name a provider that a runner can reach: {answers.endpoint.base_url} is on this machine alone"
    elif answers.endpoint.credential:
        yield f"give {answers.endpoint.credential} to `evaluate` in {WORKFLOW}, from an environment with reviewers"
    yield "require the check `placet (main)` and a review from code owners in a ruleset of the branch"
