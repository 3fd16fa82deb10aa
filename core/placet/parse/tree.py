"""The one door for untrusted YAML, JSON Lines and front matter: bytes in, values or findings out.

YAML means the core schema of YAML 1.2, one document, text keys, no merge keys, no tags of others. Nothing
here raises for what a file holds, and no file makes reading slow or large.
"""

from __future__ import annotations

from placet.findings import Finding
from placet.parse import libyaml, ordinary
from placet.parse import text as source
from placet.parse.compose import Composer
from placet.parse.node import Tree

TYPE_CHECKING = False
if TYPE_CHECKING:
    from placet.parse.front_matter import FrontMatter

__all__ = ["Tree", "read_front_matter", "read_yaml"]

LARGEST_YAML = source.MIB

_Parser, _YAMLError = libyaml.load()
_Nodes = ordinary.parser_of(_Parser)


def read_yaml(path: str, data: bytes) -> Tree | tuple[Finding, ...]:
    text = source.decode(path, data, LARGEST_YAML)
    return _compose(path, text, text) if isinstance(text, str) else text


def read_front_matter(path: str, data: bytes) -> FrontMatter | tuple[Finding, ...]:
    """YAML between two `---` lines, then Markdown. Positions are those of the file."""
    text = source.decode(path, data, LARGEST_YAML)
    if not isinstance(text, str):
        return text
    from placet.parse.front_matter import FrontMatter, split_front_matter

    parts = split_front_matter(path, text)
    if isinstance(parts, Finding):
        return (parts,)
    head, body = parts
    tree = _compose(path, text, head)
    return FrontMatter(tree, body) if isinstance(tree, Tree) else tree


def _compose(path: str, text: str, yaml_text: str) -> Tree | tuple[Finding, ...]:
    """`yaml_text` is the beginning of `text`, so that offsets into one are offsets into the other."""
    findings = source.other_breaks(path, yaml_text) or source.directives(path, yaml_text)
    if findings:
        return findings
    if _Nodes is not None:
        try:
            found = ordinary.read(_Nodes, yaml_text)
        except _YAMLError:
            found = None  # said by the other way, whose errors have their wording and place
        if found is not None:
            return Tree(path, text, *found)
    composer = Composer(path, yaml_text)
    parser = _Parser(yaml_text)
    try:
        composer.read(parser.get_event)
    except _YAMLError as error:
        composer.findings.append(_syntax_error(path, yaml_text, error))
    except (ValueError, OverflowError):  # the pure parser's own answer to an impossible escape or version
        composer.findings.append(_syntax_error(path, yaml_text, _YAMLError("an escape names no character")))
    finally:
        parser.dispose()
    if composer.findings:
        return tuple(composer.findings)
    return Tree(path, text, composer.value, composer.node)


def _syntax_error(path: str, text: str, error: Exception) -> Finding:
    from placet.parse.yaml_errors import syntax_error

    return syntax_error(path, text, error)
