"""Every rule, in one greppable list. A rule is a stable id, a severity and a function over a snapshot.

Rules of the parser (FIL...) are listed here too, so that each id has its page; the parser itself finds them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from placet.findings import Finding, Severity, in_order
from placet.parse.snapshot import Snapshot
from placet.record import record, replace
from placet.rules import controls, documents, files, gates, owners, policies, prompts, suites, systems, tiers, waivers
from placet.rules.problem import Check, Problem
from placet.waived import parted

ERROR, WARNING = Severity.ERROR, Severity.WARNING


@record
class Rule:
    id: str
    severity: Severity
    title: str
    check: Callable[[Check], Iterable[Problem]] | None = None  # None: found while parsing


RULES: tuple[Rule, ...] = (
    Rule("FIL001", ERROR, "The file doesn't parse"),
    Rule("FIL002", ERROR, "A key stands twice in one mapping"),
    Rule("FIL003", ERROR, "The file is larger or deeper than what is read"),
    Rule("FIL004", ERROR, "The file isn't UTF-8 text"),
    Rule("FIL005", ERROR, "A governed path isn't a regular file"),
    Rule("FIL006", ERROR, "The version of the file kind is unknown"),
    Rule("FIL007", ERROR, "The file isn't what its schema asks for"),
    Rule("FIL008", ERROR, "A key is unknown"),
    Rule("FIL009", WARNING, "A file in a governed folder isn't read", files.not_read),
    Rule("SYS001", ERROR, "The id of a registration is not the name of its folder", systems.id_is_folder),
    Rule("SYS002", ERROR, "An owner role that the tier demands is missing", systems.owner_roles),
    Rule("SYS003", ERROR, "A model's provider isn't in the policy", systems.provider_known),
    Rule("SYS004", ERROR, "A model is a floating alias", systems.models_pinned),
    Rule("SYS005", ERROR, "A model id stands twice", systems.model_ids_unique),
    Rule("SYS006", ERROR, "A document that the tier demands is missing or empty", controls.documents_present),
    Rule("SYS007", ERROR, "A field or monitor that the tier demands is missing", controls.fields_present),
    Rule("SYS008", ERROR, "A registered prompt doesn't exist", systems.prompts_exist),
    Rule("SYS009", ERROR, "An untrusted variable isn't in the prompt", systems.untrusted_variables),
    Rule("SYS010", ERROR, "A suite that the tier demands is missing", controls.suites_present),
    Rule("SYS011", ERROR, "A failure mode names a suite or case that doesn't exist", systems.failure_modes),
    Rule(
        "SYS012", WARNING, "A regulation looks like a misspelling of one that policy knows", systems.regulations_spelt
    ),
    Rule("SYS013", ERROR, "A provider processes data where the registration doesn't allow it", systems.data_stays),
    Rule("SYS014", ERROR, "A name stands twice in a list of a registration", systems.names_unique),
    Rule("SYS015", WARNING, "The review of a registration is overdue", systems.reviewed_in_time),
    Rule("SYS021", ERROR, "The declared tier is lower than the risk factors allow", tiers.declared_tier),
    Rule("PRM001", ERROR, "A prompt's model isn't one that its system registers", prompts.model_registered),
    Rule("PRM002", ERROR, "A prompt variable gets no value from a case", prompts.variables_supplied),
    Rule("PRM003", WARNING, "No system uses the prompt", prompts.used),
    Rule("PRM004", ERROR, "The JSON schema of a prompt isn't one", prompts.json_schema),
    Rule("PRM005", ERROR, "An evaluator of a prompt compares with nothing", prompts.evaluators_compare),
    Rule("PRM006", WARNING, "A model parameter of a prompt is misspelt", prompts.parameters_spelt),
    Rule("SUI001", ERROR, "A suite's prompt isn't one of its system's", suites.prompt_of_system),
    Rule("SUI002", ERROR, "A suite's case file is missing or outside its folder"),
    Rule("SUI003", ERROR, "A case id stands twice", suites.case_ids_unique),
    Rule("SUI004", ERROR, "A gate names a metric that no scorer makes", gates.have_scorers),
    Rule("SUI005", ERROR, "The main suite has too few cases", suites.enough_cases),
    Rule("SUI006", WARNING, "A case supplies a variable that the prompt doesn't have", suites.inputs_used),
    Rule("SUI007", ERROR, "A gate is looser than the tier allows", gates.within_policy),
    Rule("SUI008", ERROR, "Two scorers of a suite share a name", suites.scorer_names),
    Rule("SUI009", ERROR, "The name of a suite is not the name of its file", suites.suite_names),
    Rule("SUI010", WARNING, "A slice names a field that no case has", suites.slices_carried),
    Rule("SUI011", ERROR, "A suite belongs to no registered system", suites.belongs),
    Rule("POL001", ERROR, "A policy that every decision needs is missing", policies.whole),
    Rule("POL002", ERROR, "A tier names a control that has no file", policies.controls_exist),
    Rule("POL003", ERROR, "The id of a control is not the name of its file", policies.control_ids),
    Rule("POL004", ERROR, "A policy asks for the approval of a role that nobody holds", policies.roles_held),
    Rule("POL005", ERROR, "The id of a classification rule stands twice", policies.rule_ids_unique),
    Rule("OWN001", ERROR, "GitHub doesn't load a line of CODEOWNERS", owners.lines_load),
    Rule("DOC001", ERROR, "A document belongs to no registered system", documents.belongs),
    Rule("DOC002", WARNING, "A document judged other content than today's", documents.fresh),
    Rule("WAI001", ERROR, "A waiver has expired", waivers.expired),
    Rule("WAI002", ERROR, "A waiver names a system, control or gate that doesn't exist", waivers.resolves),
    Rule("WAI003", ERROR, "A waiver is for a control that can't be waived", waivers.waivable),
)


def check(snapshot: Snapshot, today: date) -> tuple[Finding, ...]:
    """Every finding that no waiver covers today, the parser's included, in order of file and position."""
    return parted(found(snapshot, today), snapshot, today)[0]


def found(snapshot: Snapshot, today: date) -> tuple[Finding, ...]:
    """The same with those that a waiver covers."""
    return in_order([*snapshot.findings, *_found(Check(snapshot, today))])


def check_merge(merged: Snapshot, base: Snapshot, today: date) -> tuple[Finding, ...]:
    """What is found in the merge of a change when base's policies judge it; its own policy files judge only themselves.

    By its own policies a change would be free to do whatever it had just allowed.
    """
    by_base = replace(
        merged,
        settings=base.settings,
        tiers=base.tiers,
        classification=base.classification,
        providers=base.providers,
        controls=base.controls,
    )
    judged = [finding for finding in check(by_base, today) if not _of_policy(finding)]
    return in_order([*judged, *(finding for finding in check(merged, today) if _of_policy(finding))])


def _of_policy(finding: Finding) -> bool:
    return finding.path.startswith("policies/")


def _found(subject: Check) -> Iterator[Finding]:
    for rule in RULES:
        for problem in rule.check(subject) if rule.check else ():
            what = (problem.message, problem.note, problem.help, problem.control)
            yield Finding(rule.id, rule.severity, problem.path, problem.position, *what)
