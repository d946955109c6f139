"""What to do about an error of a language model, and what the user hears of it."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic_ai import exceptions

from tars.errors import ReplyError
from tars.runtime.llm_settings import LlmSettings

NOT_THERE = "I cannot reach my language model."
LATE = "My language model does not answer."
STOPPED = "There my language model stopped."
BROKEN = "My language model has failed."
REFUSED = "My language model does not let me in."
SPENT = "I have said enough for today. My language model is over its limit."
TOO_LONG = "That is too much for my language model."


def explained(error: Exception, settings: LlmSettings, *, begun: bool) -> ReplyError:
    """The reason and the remedy of an error, and the sentence that the user hears. `begun`: after a part of the answer."""
    text = " ".join(str(error).split())[:300].rstrip(".") or type(error).__name__
    wrong_key = "API key not valid" in text  # so says Gemini, with the status 400, which is that of any wrong request
    for kinds, remedy, spoken in _cases(settings):
        if isinstance(error, kinds) or (wrong_key and spoken == REFUSED):
            return ReplyError(f"{settings.url}: {text}: {remedy}", STOPPED if begun else spoken)
    return ReplyError(f"{settings.url}: {text}", STOPPED if begun else BROKEN)


def _cases(settings: LlmSettings) -> Iterable[tuple[type[Exception] | tuple[type[Exception], ...], str, str]]:
    """The kinds of errors, the special ones first; the remedy; the sentence."""
    return (
        (exceptions.ModelAuthenticationError, "correct llm.key", REFUSED),
        (exceptions.ModelNotFoundError, f"is there a model {settings.model!r}? correct llm.url or llm.model", NOT_THERE),
        ((exceptions.ModelRateLimitError, exceptions.ModelQuotaExceededError), "the server limits how much is asked", SPENT),
        (exceptions.ModelContextWindowExceededError, "lower llm.context_tokens", TOO_LONG),
        (exceptions.ModelTimeoutError, "it is too slow; raise llm.timeout, or use a smaller model", LATE),
        (exceptions.ModelConnectionError, "is the server running, and llm.url right?", NOT_THERE),
        (exceptions.UsageLimitExceeded, "the model calls one tool after the other", BROKEN),
    )
