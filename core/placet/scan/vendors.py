"""What is looked for beside SDKs: endpoints, variables, names of models and workflow steps, each with whose it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

#: Hosts, as they stand in addresses and settings. A leading dot stands for any host below it.
ENDPOINTS: Mapping[str, str] = {
    "api.openai.com": "openai",
    ".openai.azure.com": "azure",
    ".services.ai.azure.com": "azure",
    ".models.ai.azure.com": "azure",
    ".inference.ai.azure.com": "azure",
    "models.github.ai": "github-models",
    "api.anthropic.com": "anthropic",
    "generativelanguage.googleapis.com": "google",
    "aiplatform.googleapis.com": "google",
    "bedrock-runtime": "aws-bedrock",
    "api.mistral.ai": "mistral",
    "api.cohere.com": "cohere",
    "api.cohere.ai": "cohere",
    "api.groq.com": "groq",
    "api.together.xyz": "together",
    "api.together.ai": "together",
    "api.fireworks.ai": "fireworks",
    "api.cerebras.ai": "cerebras",
    "api.deepseek.com": "deepseek",
    "api.x.ai": "xai",
    "api.perplexity.ai": "perplexity",
    "api.replicate.com": "replicate",
    "api-inference.huggingface.co": "huggingface",
    "router.huggingface.co": "huggingface",
    "openrouter.ai/api": "openrouter",
    "dashscope.aliyuncs.com": "qwen",
    "api.moonshot.ai": "moonshot",
    "localhost:11434": "ollama",
    "127.0.0.1:11434": "ollama",
    "ollama:11434": "ollama",
}
VARIABLES: Mapping[str, str] = {
    "OPENAI_API_KEY": "openai",
    "OPENAI_BASE_URL": "openai",
    "AZURE_OPENAI_API_KEY": "azure",
    "AZURE_OPENAI_KEY": "azure",
    "AZURE_OPENAI_ENDPOINT": "azure",
    "AZURE_INFERENCE_CREDENTIAL": "azure",
    "AZURE_AI_PROJECT_ENDPOINT": "azure",
    "ANTHROPIC_API_KEY": "anthropic",
    "ANTHROPIC_AUTH_TOKEN": "anthropic",
    "GEMINI_API_KEY": "google",
    "GOOGLE_GENERATIVE_AI_API_KEY": "google",
    "GOOGLE_GENAI_USE_VERTEXAI": "google",
    "AWS_BEARER_TOKEN_BEDROCK": "aws-bedrock",
    "MISTRAL_API_KEY": "mistral",
    "COHERE_API_KEY": "cohere",
    "CO_API_KEY": "cohere",
    "GROQ_API_KEY": "groq",
    "TOGETHER_API_KEY": "together",
    "FIREWORKS_API_KEY": "fireworks",
    "CEREBRAS_API_KEY": "cerebras",
    "DEEPSEEK_API_KEY": "deepseek",
    "XAI_API_KEY": "xai",
    "PERPLEXITY_API_KEY": "perplexity",
    "REPLICATE_API_TOKEN": "replicate",
    "HUGGINGFACEHUB_API_TOKEN": "huggingface",
    "HUGGINGFACE_API_KEY": "huggingface",
    "HF_TOKEN": "huggingface",
    "OPENROUTER_API_KEY": "openrouter",
    "LITELLM_MASTER_KEY": "litellm",
    "OLLAMA_HOST": "ollama",
}
#: How names of models begin, by whose they are; `_` stands for the hyphen of a vendor's name.
MODELS: Mapping[str, str] = {
    "openai": r"gpt-(?:[345]|oss)|chatgpt-4|o[134]-(?:mini|preview|pro|20)|text-embedding-(?:3|ada)|whisper-1|dall-e-",
    "anthropic": r"claude-",
    "aws_bedrock": r"(?:[a-z]{2}\.)?(?:anthropic\.claude|amazon\.(?:nova|titan)|meta\.llama|cohere\.command)",
    "google": r"gemini-|gemma[-:0-9]",
    "mistral": r"(?:mi|magi)stral-(?:large|medium|small|nemo|tiny|7b|embed|saba)|(?:code?|dev|mini?)stral-|open-mi[sx]",
    "cohere": r"command-(?:r|a|light|nightly)",
    "deepseek": r"deepseek-(?:chat|coder|reasoner|r1|v[23])",
    "xai": r"grok-[0-9]",
    "meta": r"llama-?[234]",
    "qwen": r"qwen-?[0-9]|qwen-(?:max|plus|turbo)",
    "microsoft": r"phi-?[1-5]",
}
#: Steps of workflows that run a model.
ACTIONS: Mapping[str, str] = {
    "actions/ai-inference": "github-models",
    "anthropics/claude-code-action": "anthropic",
    "anthropics/claude-code-base-action": "anthropic",
    "openai/codex-action": "openai",
    "google-github-actions/run-gemini-cli": "google",
    "google-gemini/gemini-cli-action": "google",
    "coderabbitai/ai-pr-reviewer": "coderabbit",
    "aws-actions/bedrock": "aws-bedrock",
}

#: Families of packages that share a beginning.
_FAMILIES = (("langchain_", "langchain"), ("langchain-", "langchain"), ("llama-index-", "llama-index"))

#: Lower-case pieces one of which stands in every line that is of interest; most files have none and are done with.
NEEDLES = (
    *("openai", "anthropic", "claude", "genai", "generativ", "gemini", "gemma", "aiplatform", "vertexai", "google.adk"),
    *(
        "google-adk",
        "mistral",
        "mixtral",
        "magistral",
        "devstral",
        "ministral",
        "codestral",
        "cohere",
        "command-r",
        "azure.ai",
        "ai.azure",
    ),
    *("azure-ai", "azure_ai", "azure_inference", "azure-rest", "go/sdk/ai", "litellm", "langchain", "langgraph"),
    *("llama", "llm_chain", "llm-chain", "vllm", "semantic_kernel", "semantickernel", "semantic-kernel", "groq"),
    *("together", "replicate", "xai", "x.ai", "grok-", "ai21", "fireworks", "dspy", "instructor", "pydantic_ai"),
    *("pydantic-ai", "crewai", "autogen", "smolagents", "haystack", "guidance", "strands", "mcp", "transformers"),
    *(
        "huggingface",
        "hf_token",
        "bedrock",
        '"ai',
        "'ai",
        "ai-sdk",
        "genkit",
        "openrouter",
        "mastra",
        "springframework.ai",
    ),
    *(
        "modelcontextprotocol",
        "spring-ai",
        "extensions.ai",
        "agents.ai",
        "ruby_llm",
        "misanthropy",
        "candle_",
        "candle-",
    ),
    *("use rig", "rig-core", "11434", "gpt-", "whisper-1", "dall-e", "o1-", "o3-", "o4-", "text-embedding-"),
    *("amazon.nova", "amazon.titan"),
    *("deepseek", "qwen", "phi", "cerebras", "perplexity", "dashscope", "moonshot", "co_api_key", "models.github"),
    *("ai-inference", "codex-action", "ai-pr-reviewer", ".prompt", "chat/completions", "chat.completions"),
)


def vendor_of(name: str, table: Mapping[str, str], separators: str = "") -> str | None:
    """Whose `name` is: the entry of `table` that it is, or begins with up to one of `separators`."""
    family = next((vendor for start, vendor in _FAMILIES if name.startswith(start)), None)
    end = len(name)
    while family is None and end > 0:
        found = table.get(name[:end])
        if found:
            return found
        end = max((name.rfind(mark, 0, end) for mark in separators), default=-1)
    return family


def any_of(words: Iterable[str]) -> str:
    """The alternation that matches any of `words` literally, longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))
