"""Every rule, in one greppable list. A rule is a stable id, a severity and a function over a snapshot.

Rules of the parser (FIL...) are listed here too, so that each id has its page; the parser itself finds them.
"""

from __future__ import annotations

from importlib import import_module

from placet.findings import Finding, Severity, in_order
from placet.parse.snapshot import Snapshot
from placet.record import record, replace
from placet.rules.problem import Check, Problem
from placet.waived import parted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from placet.codeowners.owners import CodeOwners

ERROR, WARNING = Severity.ERROR, Severity.WARNING


@record
class Rule:
    id: str
    severity: Severity
    title: str
    check: str = ""  # module and function below placet.rules; none for what is found while parsing

    def problems(self, subject: Check) -> Iterable[Problem]:
        """What the rule finds. Its module is imported when it is first asked: a commit asks few of them."""
        module, _, name = self.check.partition(".")
        judge: Callable[[Check], Iterable[Problem]] = getattr(import_module(f"placet.rules.{module}"), name)
        return judge(subject)


RULES: tuple[Rule, ...] = (
    Rule("FIL001", ERROR, "The file doesn't parse"),
    Rule("FIL002", ERROR, "A key stands twice in one mapping"),
    Rule("FIL003", ERROR, "The file is larger or deeper than what is read"),
    Rule("FIL004", ERROR, "The file isn't UTF-8 text"),
    Rule("FIL005", ERROR, "A governed path isn't a regular file"),
    Rule("FIL006", ERROR, "The version of the file kind is unknown"),
    Rule("FIL007", ERROR, "The file isn't what its schema asks for"),
    Rule("FIL008", ERROR, "A key is unknown"),
    Rule("FIL009", WARNING, "A file in a governed folder isn't read", "files.not_read"),
    Rule("SYS001", ERROR, "The id of a registration is not the name of its folder", "systems.id_is_folder"),
    Rule("SYS002", ERROR, "An owner role that the tier demands is missing", "systems.owner_roles"),
    Rule("SYS003", ERROR, "A model's provider isn't in the policy", "systems.provider_known"),
    Rule("SYS004", ERROR, "A model is a floating alias", "systems.models_pinned"),
    Rule("SYS005", ERROR, "A model id stands twice", "systems.model_ids_unique"),
    Rule("SYS006", ERROR, "A document that the tier demands is missing or empty", "controls.documents_present"),
    Rule("SYS007", ERROR, "A field or monitor that the tier demands is missing", "controls.fields_present"),
    Rule("SYS008", ERROR, "A registered prompt doesn't exist", "systems.prompts_exist"),
    Rule("SYS009", ERROR, "An untrusted variable isn't in the prompt", "systems.untrusted_variables"),
    Rule("SYS010", ERROR, "A suite that the tier demands is missing", "controls.suites_present"),
    Rule("SYS011", ERROR, "A failure mode names a suite or case that doesn't exist", "systems.failure_modes"),
    Rule(
        "SYS012", WARNING, "A regulation looks like a misspelling of one that policy knows", "systems.regulations_spelt"
    ),
    Rule("SYS013", ERROR, "A provider processes data where the registration doesn't allow it", "systems.data_stays"),
    Rule("SYS014", ERROR, "A name stands twice in a list of a registration", "systems.names_unique"),
    Rule("SYS015", WARNING, "The review of a registration is overdue", "systems.reviewed_in_time"),
    Rule("SYS016", ERROR, "It isn't clear which model is the primary one", "models.primary_is_clear"),
    Rule("SYS017", WARNING, "A fallback or judge is the primary model itself", "models.stand_ins_differ"),
    Rule("SYS018", ERROR, "The stages of a rollout don't add up", "operations.stages_add_up"),
    Rule("SYS019", ERROR, "A review is due before the last one was made", "operations.due_after_review"),
    Rule("SYS020", WARNING, "A review lies in the future", "operations.review_is_past"),
    Rule("SYS021", ERROR, "The declared tier is lower than the risk factors allow", "tiers.declared_tier"),
    Rule("SYS022", ERROR, "A monitor calls an owner that nobody is", "operations.monitors_owned"),
    Rule("SYS023", ERROR, "A tool acts without the approval that the risk factors promise", "operations.tools_ask"),
    Rule(
        "SYS024", ERROR, "A data source is more sensitive than the risk factors say", "operations.sources_are_factors"
    ),
    Rule("SYS025", WARNING, "Nothing that would show a failure mode can block", "operations.failure_modes_gate"),
    Rule("SYS026", WARNING, "A model's version isn't the one that its name asks for", "models.version_is_the_name_s"),
    Rule("SYS027", WARNING, "The cost of a model is unknown, and its tier gates cost", "models.cost_is_known"),
    Rule("SYS028", ERROR, "Nothing is marked as untrusted, and shared suites can't run", "shared.something_marked"),
    Rule("SYS029", ERROR, "A tag that the tier wants covered has no case", "shared.tags_covered"),
    Rule("SYS030", ERROR, "Labels that the tier demands are missing, too few or too old", "controls.labels_present"),
    Rule("PRM001", ERROR, "A prompt's model isn't one that its system registers", "prompts.model_registered"),
    Rule("PRM002", ERROR, "A prompt variable gets no value from a case", "prompts.variables_supplied"),
    Rule("PRM003", WARNING, "No system uses the prompt", "prompts.used"),
    Rule("PRM004", ERROR, "The JSON schema of a prompt isn't one", "prompts.json_schema"),
    Rule("PRM005", ERROR, "An evaluator of a prompt compares with nothing", "prompts.evaluators_compare"),
    Rule("PRM006", WARNING, "A model parameter of a prompt is misspelt", "prompts.parameters_spelt"),
    Rule("PRM007", ERROR, "A prompt offers a tool that its system doesn't register", "tools.registered"),
    Rule("PRM008", ERROR, "A case or scorer names a tool that the prompt doesn't offer", "tools.answered"),
    Rule("SUI001", ERROR, "A suite's prompt isn't one of its system's", "suites.prompt_of_system"),
    Rule("SUI002", ERROR, "A suite's case file is missing or outside its folder"),
    Rule("SUI003", ERROR, "A case id stands twice", "suites.case_ids_unique"),
    Rule("SUI004", ERROR, "A gate names a metric that no scorer makes", "gates.have_scorers"),
    Rule("SUI005", ERROR, "The main suite has too few cases", "suites.enough_cases"),
    Rule("SUI006", WARNING, "A case supplies a variable that the prompt doesn't have", "suites.inputs_used"),
    Rule("SUI007", ERROR, "A gate is looser than the tier allows", "gates.within_policy"),
    Rule("SUI008", ERROR, "Two scorers of a suite share a name", "suites.scorer_names"),
    Rule("SUI009", ERROR, "The name of a suite is not the name of its file", "suites.suite_names"),
    Rule("SUI010", WARNING, "A slice or cluster names a field that no case has", "suites.slices_carried"),
    Rule("SUI011", ERROR, "A suite belongs to no registered system", "suites.belongs"),
    Rule("SUI020", ERROR, "A judge isn't a pinned model that its system registers to judge", "judges.registered"),
    Rule("SUI021", WARNING, "The review of a suite's thresholds is overdue", "thresholds.suites_reviewed"),
    Rule("SUI022", ERROR, "A suite's thresholds aren't agreed between two parties", "thresholds.suites_agreed"),
    Rule("REC001", ERROR, "A recorded file doesn't say what answered, or tells a trial twice"),
    Rule("REC002", ERROR, "A suite's recorded file is missing", "recordings.there"),
    Rule("REC003", ERROR, "A recorded file was made by another subject", "recordings.made_by_subject"),
    Rule("REC004", ERROR, "A recorded file lacks trials of a case", "recordings.cases_told"),
    Rule("REC005", WARNING, "A recorded file has a row for no case", "recordings.rows_used"),
    Rule("REC006", ERROR, "A suite doesn't say whose outputs are recorded", "recordings.subject_known"),
    Rule("POL001", ERROR, "A policy that every decision needs is missing", "policies.whole"),
    Rule("POL002", ERROR, "A tier names a control that has no file", "policies.controls_exist"),
    Rule("POL003", ERROR, "The id of a control is not the name of its file", "policies.control_ids"),
    Rule("POL004", ERROR, "A policy asks for the approval of a role that nobody holds", "policies.roles_held"),
    Rule("POL005", ERROR, "The id of a classification rule stands twice", "policies.rule_ids_unique"),
    Rule("POL006", ERROR, "A tier demands less than a tier below it", "bars.never_lower"),
    Rule("POL007", ERROR, "A control asks for a key that no registration has", "policies.controls_can_be_met"),
    Rule("POL008", WARNING, "A control asks for a monitor whose name is nearly a group", "policies.monitors_spelt"),
    Rule("POL009", WARNING, "No tier demands a control", "policies.controls_demanded"),
    Rule("POL010", ERROR, "A key would be sent without encryption", "providers.credential_in_the_clear"),
    Rule("POL011", WARNING, "Prompts are sent without encryption", "providers.prompts_in_the_clear"),
    Rule("POL012", ERROR, "A key stands where the name of a variable belongs", "providers.credential_is_a_name"),
    Rule("POL013", WARNING, "A classification rule never changes a tier", "classes.rule_counts"),
    Rule("POL014", WARNING, "More risk computes a lower tier", "classes.more_risk_is_no_lower"),
    Rule("POL015", ERROR, "A shared suite can't fail", "shared.suites_can_fail"),
    Rule("POL016", WARNING, "No tier demands a shared suite", "shared.suites_demanded"),
    Rule("POL017", ERROR, "A crosswalk names what its framework doesn't have"),
    Rule("POL018", WARNING, "The review of a tier's thresholds is overdue", "thresholds.tiers_reviewed"),
    Rule("POL019", ERROR, "A tier's thresholds aren't agreed between two parties", "thresholds.tiers_agreed"),
    Rule("RUL001", ERROR, "An expression of a rule of one's own doesn't compile"),
    Rule("RUL002", ERROR, "A rule of one's own can't be judged"),
    Rule("RUL003", ERROR, "The id of a rule of one's own stands twice", "own.ids_unique"),
    Rule("RUL004", ERROR, "A rule of one's own shows a value that doesn't exist", "own.placeholders_known"),
    Rule("TST001", ERROR, "A policy test fails", "policy_tests.hold"),
    Rule("TST002", ERROR, "A policy test names something that doesn't exist", "policy_tests.resolve"),
    Rule("TST003", WARNING, "A policy test gives what decides nothing", "policy_tests.given_used"),
    Rule("TST004", ERROR, "The name of a policy test stands twice", "policy_tests.names_unique"),
    Rule("KEY001", ERROR, "A key isn't an ed25519 public key"),
    Rule("KEY002", ERROR, "A private key stands in the repository"),
    Rule("OWN001", ERROR, "GitHub doesn't load a line of CODEOWNERS", "owners.lines_load"),
    Rule("OWN002", WARNING, "Nobody owns a governed file", "owners.files_owned"),
    Rule("OWN003", WARNING, "A line of CODEOWNERS decides nothing", "owners.lines_decide"),
    Rule("OWN004", WARNING, "An owner in CODEOWNERS looks misspelt", "owners.owners_spelt"),
    Rule("OWN005", ERROR, "Nobody owns the policies or CODEOWNERS itself", "owners.governance_owned"),
    Rule("DOC001", ERROR, "A document belongs to no registered system", "documents.belongs"),
    Rule("DOC002", WARNING, "A document judged other content than today's", "documents.fresh"),
    Rule("DOC003", WARNING, "A document wasn't read again in time", "documents.read_again_in_time"),
    Rule("DOC004", ERROR, "A document is from the future", "documents.judged_before"),
    Rule("WAI001", ERROR, "A waiver has expired", "waivers.expired"),
    Rule("WAI002", ERROR, "A waiver names a system, control or gate that doesn't exist", "waivers.resolves"),
    Rule("WAI003", ERROR, "A waiver is for a control that can't be waived", "waivers.waivable"),
    Rule("WAI004", WARNING, "A waiver is for a control that is met again", "waivers.still_needed"),
    Rule("WAI005", WARNING, "A waiver is for something that nobody demands of its system", "waivers.still_asked"),
    Rule("INC001", ERROR, "An incident belongs to no registered system", "incidents.belongs"),
    Rule("INC002", ERROR, "The id of an incident is not the name of its file", "incidents.id_is_name"),
    Rule("INC003", ERROR, "An incident names a case that doesn't exist", "incidents.cases_exist"),
    Rule("INC004", ERROR, "An incident names what its registration doesn't have", "incidents.names_exist"),
    Rule("INC005", ERROR, "The dates of an incident are out of order", "incidents.dates_in_order"),
    Rule("INC006", ERROR, "A resolved incident of a high or critical system has no case", "incidents.has_case"),
    Rule("INC007", WARNING, "A resolved incident of a medium system has no case", "incidents.should_have_case"),
    Rule("LAB001", ERROR, "Labels belong to no suite of a registered system", "labels.belong"),
    Rule("LAB002", WARNING, "A label is of a case that its suite doesn't have", "labels.cases_exist"),
    Rule("LAB003", ERROR, "One person labels one output twice", "labels.given_once"),
    Rule("LAB004", ERROR, "A label is from the future", "labels.given_before"),
    Rule("WFL001", ERROR, "A workflow checks out a pull request with the rights of base", "workflows.head_trusted"),
    Rule("WFL002", WARNING, "A job that runs Placet doesn't say what its token may do", "workflows.permissions_said"),
    Rule("WFL003", ERROR, "A job that runs Placet may write more than it needs", "workflows.permissions_narrow"),
    Rule("WFL004", WARNING, "An action isn't pinned to a commit", "workflows.actions_pinned"),
    Rule("WFL005", ERROR, "A secret is in reach of a pull request's code", "workflows.secrets_apart"),
    Rule("WFL006", WARNING, "A checkout leaves the token behind", "workflows.credentials_left"),
    Rule("WFL007", ERROR, "Anybody's text becomes part of a command", "workflows.shell_is_ours"),
    Rule("SEC001", ERROR, "A secret stands in a governed file", "secrets.none_in_files"),
)


_STALE = "DOC002"


def check(snapshot: Snapshot, today: date) -> tuple[Finding, ...]:
    """Every finding that no waiver covers today, the parser's included, in order of file and position."""
    return parted(found(snapshot, today), snapshot, today)[0]


def found(snapshot: Snapshot, today: date, leave_out: tuple[str, ...] = ()) -> tuple[Finding, ...]:
    """The same with those that a waiver covers. Rules whose ids begin with one of `leave_out` aren't asked."""
    every = [*snapshot.findings, *_found(Check(snapshot, today), leave_out)]
    if any(finding.rule == _STALE for finding in every):
        every = _without_early(every, snapshot, today)
    if any(finding.secret for finding in every):
        from placet.rules.secrets import without_secrets

        every = without_secrets(every, snapshot)
    return in_order(every)


def _without_early(every: list[Finding], snapshot: Snapshot, today: date) -> list[Finding]:
    """Nobody is asked to judge a system again before its errors are mended. One that is waived stays as it is."""
    from placet.parse.kinds import system_of
    from placet.rules.documents import too_early

    errors: dict[str | None, list[Finding]] = {}
    for finding in parted(every, snapshot, today)[0]:
        if finding.severity is ERROR:
            errors.setdefault(system_of(finding.path), []).append(finding)
    return [one for one in every if one.rule != _STALE or not too_early(one, errors.get(system_of(one.path), ()))]


def unowned(codeowners: CodeOwners, paths: Iterable[str]) -> dict[str, Finding]:
    """By path, what OWN002 finds about those of `paths` that nobody owns."""
    rule = next((rule for rule in RULES if rule.id == "OWN002"), None)
    if rule is None:
        return {}
    from placet.rules import owners

    found = {path: owners.unowned(path, codeowners) for path in paths}
    return {path: _finding(rule, problem) for path, problem in found.items() if problem}


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
        shared=base.shared,
        own_rules=base.own_rules,
        policy_tests={},  # they judge the policies of the change, below
    )
    judged = [finding for finding in check(by_base, today) if not _of_policy(finding)]
    return in_order([*judged, *(finding for finding in check(merged, today) if _of_policy(finding))])


def _of_policy(finding: Finding) -> bool:
    return finding.path.startswith("policies/")


#: Families of rules, and the part of a snapshot without which they have nothing to say: their modules aren't imported.
_ABOUT = {
    "PRM": "prompts",
    "SUI": "suites shared",
    "REC": "suites",
    "DOC": "documents",
    "WAI": "waivers",
    "INC": "incidents",
    "LAB": "labels",
    "TST": "policy_tests",
    "RUL": "own_rules",
}


def _any(snapshot: Snapshot, parts: str) -> bool:
    return any(getattr(snapshot, part) for part in parts.split())


def _found(subject: Check, leave_out: tuple[str, ...] = ()) -> Iterator[Finding]:
    leave_out += tuple(family for family, part in _ABOUT.items() if not _any(subject.snapshot, part))
    for rule in RULES:
        if rule.check and not rule.id.startswith(leave_out):
            yield from (_finding(rule, problem) for problem in rule.problems(subject))
    if subject.snapshot.own_rules:
        from placet.rules.own import judged

        yield from judged(subject)  # a file's own findings, wherever the rule stands


def _finding(rule: Rule, problem: Problem) -> Finding:
    what = (problem.message, problem.note, problem.help, problem.control, problem.secret)
    return Finding(rule.id, rule.severity, problem.path, problem.position, *what)
