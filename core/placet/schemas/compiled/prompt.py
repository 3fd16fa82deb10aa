"""Made from prompt.schema.json by placet.schemas.compiler: change that and run `make schemas`."""

# mypy: disable-error-code="no-any-return"

from __future__ import annotations

from placet.schemas.checks import boolean, finite, integer, nothing, number, role, text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_WORDS_1 = frozenset({"text", "json_object", "json_schema"})
_CHARS_2 = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"


def _name(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= 500
    return number(value) or boolean(value) or nothing(value)


def _description(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= 20000
    return number(value) or boolean(value) or nothing(value)


def _model(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= 200
    return nothing(value)


def _model_parameters_object_max_tokens(value: Any) -> bool:
    if integer(value):
        return value >= 1 and value <= 10000000
    return nothing(value)


def _model_parameters_object_temperature(value: Any) -> bool:
    if number(value):
        return value >= 0 and value <= 100
    return nothing(value)


def _model_parameters_object_top_p(value: Any) -> bool:
    if number(value):
        return value >= 0 and value <= 1
    return nothing(value)


_MODEL_PARAMETERS_OBJECT_KEYS = {
    "maxTokens": _model_parameters_object_max_tokens,
    "temperature": _model_parameters_object_temperature,
    "topP": _model_parameters_object_top_p,
}


def _model_parameters_object(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _MODEL_PARAMETERS_OBJECT_KEYS:
            if not _MODEL_PARAMETERS_OBJECT_KEYS[key](item):
                return False
        elif not finite(item):
            return False
    return len(value) <= 50


def _model_parameters(value: Any) -> bool:
    return _model_parameters_object(value) or nothing(value)


def _response_format(value: Any) -> bool:
    if value is not None and not (isinstance(value, str) and value in _WORDS_1):
        return False
    return True


def _json_schema(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= 200000
    return nothing(value)


def _messages_item_role(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 9 and role(value)


def _messages_item_content(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= 1000000
    return number(value) or boolean(value) or nothing(value)


_MESSAGES_ITEM_KEYS = {
    "role": _messages_item_role,
    "content": _messages_item_content,
}


def _messages_item(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _MESSAGES_ITEM_KEYS:
            if not _MESSAGES_ITEM_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "role" in value and "content" in value


def _messages(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 200 and all(map(_messages_item, value))


def _tools_array_item_name_text(rest: str) -> bool:
    # ^[A-Za-z0-9_-]+$
    if not rest or rest[0] not in _CHARS_2:
        return False
    rest = rest.lstrip(_CHARS_2)
    return not rest


def _tools_array_item_name(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 64 and _tools_array_item_name_text(value)


def _tools_array_item_description(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 10000


def _tools_array_item_parameters(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for item in value.values():
        if not finite(item):
            return False
    return len(value) <= 100


_TOOLS_ARRAY_ITEM_KEYS = {
    "name": _tools_array_item_name,
    "description": _tools_array_item_description,
    "parameters": _tools_array_item_parameters,
}


def _tools_array_item(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _TOOLS_ARRAY_ITEM_KEYS:
            if not _TOOLS_ARRAY_ITEM_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "name" in value


def _tools(value: Any) -> bool:
    if isinstance(value, list):
        return len(value) <= 50 and all(map(_tools_array_item, value))
    return nothing(value)


def _test_data(value: Any) -> bool:
    if isinstance(value, list):
        return len(value) <= 2000 and all(map(_tools_array_item_parameters, value))
    return nothing(value)


def _evaluator_string_equals(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= 200000
    return number(value) or boolean(value) or nothing(value)


_EVALUATOR_STRING_KEYS = {
    "equals": _evaluator_string_equals,
    "contains": _evaluator_string_equals,
    "startsWith": _evaluator_string_equals,
    "endsWith": _evaluator_string_equals,
}


def _evaluator_string(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _EVALUATOR_STRING_KEYS:
            if not _EVALUATOR_STRING_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return len(value) >= 1


def _evaluator_llm_model_id(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 200


def _evaluator_llm_prompt(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= 200000


def _evaluator_llm_choices_item_choice(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) <= 2000
    return number(value) or boolean(value)


def _evaluator_llm_choices_item_score(value: Any) -> bool:
    return number(value) and value >= -1000000 and value <= 1000000


_EVALUATOR_LLM_CHOICES_ITEM_KEYS = {
    "choice": _evaluator_llm_choices_item_choice,
    "score": _evaluator_llm_choices_item_score,
}


def _evaluator_llm_choices_item(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _EVALUATOR_LLM_CHOICES_ITEM_KEYS:
            if not _EVALUATOR_LLM_CHOICES_ITEM_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "choice" in value and "score" in value


def _evaluator_llm_choices(value: Any) -> bool:
    return isinstance(value, list) and 1 <= len(value) <= 100 and all(map(_evaluator_llm_choices_item, value))


_EVALUATOR_LLM_KEYS = {
    "modelId": _evaluator_llm_model_id,
    "prompt": _evaluator_llm_prompt,
    "systemPrompt": _json_schema,
    "choices": _evaluator_llm_choices,
}


def _evaluator_llm(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _EVALUATOR_LLM_KEYS:
            if not _EVALUATOR_LLM_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "prompt" in value and "choices" in value


def _evaluator_uses(value: Any) -> bool:
    return isinstance(value, str) and 1 <= len(value) <= 200


_EVALUATOR_KEYS = {
    "name": _name,
    "string": _evaluator_string,
    "llm": _evaluator_llm,
    "uses": _evaluator_uses,
}


def _evaluator(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _EVALUATOR_KEYS:
            if not _EVALUATOR_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    if "string" in value and not ("llm" not in value and "uses" not in value):
        return False
    if "llm" in value and "uses" in value:
        return False
    return True


def _evaluator_if(value: Any) -> bool:
    return "string" not in value and "llm" not in value and "uses" not in value


def _evaluator_2(value: Any) -> bool:
    if not _evaluator(value):
        return False
    if _evaluator_if(value) and "string" not in value:
        return False
    return True


def _evaluators(value: Any) -> bool:
    if isinstance(value, list):
        return len(value) <= 100 and all(map(_evaluator_2, value))
    return nothing(value)


_FILE_KEYS = {
    "name": _name,
    "description": _description,
    "model": _model,
    "modelParameters": _model_parameters,
    "responseFormat": _response_format,
    "jsonSchema": _json_schema,
    "messages": _messages,
    "tools": _tools,
    "testData": _test_data,
    "evaluators": _evaluators,
}


def _file(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    for key, item in value.items():
        if key in _FILE_KEYS:
            if not _FILE_KEYS[key](item):
                return False
        elif key.startswith("x-"):
            if not finite(item):
                return False
        else:
            return False
    return "messages" in value


def _if(value: Any) -> bool:
    return "responseFormat" in value and value["responseFormat"] == "json_schema"


def _file_2(value: Any) -> bool:
    if not _file(value):
        return False
    if _if(value) and not ("jsonSchema" in value and text(value["jsonSchema"])):
        return False
    return True


def conforms(value: Any) -> bool:
    """As prompt.schema.json asks for."""
    return _file_2(value)
