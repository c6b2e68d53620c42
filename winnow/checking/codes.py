"""Everything that can be wrong with a file of examples: how bad it is, why it matters, and what `winnow prepare` does about it.

Belongs here: the closed list. Does not belong here: how anything is found (the other modules of this package).

An error is what stops a consumer's loader, or spoils what a model is measured by; a warning costs quality or money; advice may be
right as it is. Every error about rows is one that prepare settles, by a change or by taking the row out.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Severity: TypeAlias = Literal["error", "warning", "advice"]

Action: TypeAlias = Literal["change", "remove", "none"]

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "advice")


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of finding.

    Attributes:
        severity: see the module.
        what: what was found, to stand behind a count of rows.
        why: why it matters.
        fix: what to do, or what prepare does.
        action: what prepare does with the row.
        optional: whether prepare can be told to leave it (``--skip``); what is not breaks the format itself.
        of_file: whether it is about the whole file and not about some of its rows.
    """

    severity: Severity
    what: str
    why: str
    fix: str
    action: Action = "none"
    optional: bool = False
    of_file: bool = False


def _gone(what: str, why: str, fix: str = "the row is taken out") -> Code:
    return Code("error", what, why, fix, "remove")


def _mended(severity: Severity, what: str, why: str, fix: str) -> Code:
    return Code(severity, what, why, fix, "change")


def _choice(what: str, why: str, fix: str, action: Action = "change", severity: Severity = "warning") -> Code:
    return Code(severity, what, why, fix, action, optional=True)


def _about(severity: Severity, what: str, why: str, fix: str, action: Action = "none") -> Code:
    return Code(severity, what, why, fix, action, of_file=True)


_LOADERS = "a loader stops at the first such line, and the whole job fails"

CODES: dict[str, Code] = {
    # --- the bytes
    "unreadable": _about(
        "error", "cannot be read", "nothing is known of what it holds", "see the reason; prepare refuses until then"
    ),
    "malformed": _gone("are no JSON", _LOADERS),
    "too_deep": _gone("are nested too deeply", "parsers refuse it, or crash"),
    "too_long_line": _gone("are longer than 16 MiB", "no consumer takes such a line, and parsers hold ten times its size"),
    "invalid_utf8": _gone("have bytes that are no UTF-8", _LOADERS),
    "duplicate_keys": _gone("name a key twice", "programs take the first or the last value, and nobody knows which is meant"),
    "not_finite": _gone("hold NaN or Infinity", "that is no JSON, and many parsers refuse it"),
    "cell_count": _gone(
        "have more cells than the header", "a quote or a delimiter is missing, so cells stand in the wrong columns"
    ),
    "broken_tail": _about(
        "error",
        "breaks off here; nothing behind this place can be read",
        "what follows would be lost without a word",
        "mend this place in the file; prepare refuses until then",
    ),
    "byte_order_mark": _about(
        "warning",
        "begins with a byte-order mark",
        "many loaders take it for part of the first line",
        "it is left out",
        "change",
    ),
    "not_utf8": _about(
        "warning",
        "is not in UTF-8",
        "JSON is UTF-8 (RFC 8259), and loaders read nothing else",
        "it is written as UTF-8",
        "change",
    ),
    "not_lines": _about(
        "advice", "is no file of JSON lines", "that is what training takes", "it is written as JSON lines", "change"
    ),
    "blank_lines": _mended("warning", "are blank", "strict loaders stop at a blank line", "blank lines are left out"),
    "other_sheets": _about(
        "warning", "has more sheets; only the first one shown is read", "examples there take no part", "move them to one sheet"
    ),
    # --- the fields
    "not_an_object": _gone("are no JSON object", "an example is an object of named fields"),
    "unknown_fields": _gone(
        "have the fields of no known format", "no consumer finds its fields", "name them as one format does"
    ),
    "mixed_formats": _mended(
        "error",
        "have another format than most",
        "a loader expects the same fields in all rows",
        "they are put in the file's format",
    ),
    "missing_field": _gone("lack a field", _LOADERS),
    "empty_field": _gone("have an empty field", "there is nothing to learn from, or the model learns to say nothing"),
    "wrong_type": _gone("have a field of the wrong type", _LOADERS),
    "not_text": _mended(
        "error", "have a number or a truth value where a text belongs", "loaders infer two types and stop", "it becomes a text"
    ),
    "renamed_fields": _mended(
        "warning", "spell a field's name in another way", "the consumer looks for the exact name", "it is renamed"
    ),
    "extra_fields": _mended(
        "warning", "have fields that the format does not know", "APIs refuse unknown fields", "they are left out"
    ),
    "role_names": _mended("error", "name a role in another way", "the consumer knows its own roles only", "it is renamed"),
    "unknown_role": _gone("have a role that nobody knows", _LOADERS),
    "no_answer": _gone("have no answer", "the model learns from answers alone"),
    "no_question": _gone("have no question", "chat templates want a turn of the user before the answer"),
    "ends_without_answer": _mended(
        "error",
        "go on after the last answer",
        "APIs want an answer at the end; nothing learns from the rest",
        "the rest is cut",
    ),
    "starts_with_answer": _mended(
        "error",
        "begin with an answer",
        "nobody asked; templates that alternate roles stop",
        "what comes before the first question goes",
    ),
    "system_not_first": _mended(
        "error", "have a system message in the middle", "templates take one, at the beginning", "it goes to the beginning"
    ),
    "not_alternating": _mended(
        "warning",
        "have two turns of one role in a row",
        "templates of Mistral, Llama 2, Gemma and Vicuna stop at them",
        "they are joined by a blank line",
    ),
    "same_answers": _gone("prefer an answer over itself", "there is no preference in it"),
    "other_format": _about(
        "advice",
        "has another format than the one asked for",
        "it was asked for",
        "rows are put in it; a pair takes no system message",
        "change",
    ),
    "cannot_convert": _gone("say more than the wanted format can hold", "several answers or tool calls have no place there"),
    # --- the characters
    "lone_surrogate": _mended("error", "hold half a character", "it cannot be written as UTF-8", "it becomes U+FFFD"),
    "hidden_characters": _choice(
        "hold characters that nobody sees",
        "zero-width, bidirectional and control characters change tokens, hide text from whoever reviews it, and end strings early",
        "they are removed, but for joiners that a script or an emoji needs",
    ),
    "damaged_characters": Code(
        "warning",
        "hold U+FFFD, a character lost before",
        "the model learns to write it",
        "export again with the right encoding",
    ),
    # --- prompt and completion
    "separator_missing": _choice(
        "have no separator at the prompt's end",
        "the model cannot tell where the prompt ends and its answer begins",
        "one is added that stands in no prompt",
    ),
    "separator_inconsistent": _choice(
        "lack the separator that most prompts end with", "the model meets two forms of one question", "it is added"
    ),
    "separator_inside": _choice(
        "hold the separator in the prompt's midst", "the model begins to answer there", "it is spaced out: ### becomes # # #"
    ),
    "shared_prefix": _choice(
        "begin with the same words",
        "fine-tuning needs no instruction in every prompt; each costs tokens in training and at every use",
        "they are taken off",
    ),
    "shared_answer_prefix": _choice(
        "have completions that begin with the same words",
        "the model spends its first tokens on what never changes",
        "they are taken off",
    ),
    "leading_space": _choice(
        "have a completion that does not begin with one space",
        "tokens of GPT models begin with their space; without it the first one is a rare token",
        "it begins with one space",
    ),
    "stop_missing": _choice(
        "have no stop sequence at the completion's end", "the model does not learn where to end", "one is added"
    ),
    "stop_inconsistent": _choice("lack the stop sequence that most completions end with", "some answers run on", "it is added"),
    "stop_inside": _choice(
        "hold the stop sequence in the completion's midst", "answers are cut off there", "it is changed there"
    ),
    "same_prompt": _about(
        "warning",
        "has the same prompt in every row",
        "the answer cannot depend on it",
        "leave prompts empty for open-ended text, or give each row its own input",
    ),
    "same_answer": _about(
        "warning", "has the same answer in every row", "the model only learns to repeat it", "add rows with other answers"
    ),
    "capitals": _about(
        "advice",
        "is more than a third in capitals",
        "text in capitals takes more tokens and does worse than usual case",
        "lower it if case means nothing here",
    ),
    "long_instruction": _about(
        "advice",
        "repeats a long beginning in every question",
        "it is paid for in every row and at every use; a fine-tuned model does without",
        "shorten it, in training and at use alike",
    ),
    # --- classes
    "label_spelling": _choice(
        "spell a label in another way",
        "one class becomes two in training and in every figure",
        "it becomes the commonest spelling",
    ),
    "contradicting_labels": _choice(
        "have the same text as another row and another label",
        "the model cannot learn both, and the measure punishes either",
        "all rows of such a text are taken out, since nobody knows which is right",
        "remove",
    ),
    "alike_but_labelled_apart": Code(
        "advice",
        "resemble a row that has another label",
        "either the border between the classes is fine, or one label is wrong",
        "look at them; prepare leaves them",
    ),
    "several_tokens": _about(
        "advice",
        "has labels of several tokens",
        "one token a class makes classification faster, and its probabilities readable",
        "rename them, or let winnow's `completion` export give each a code of one token",
    ),
    "small_classes": _about(
        "warning",
        "has classes under 100 examples",
        "a rare class is hardly learnt, and its score is chance",
        "collect more, or merge",
    ),
    "unbalanced": _about(
        "warning",
        "has a class over ten times as large as another",
        "the model leans to the largest, and accuracy hides it",
        "balance train, and look at macro-F1",
    ),
    # --- rows among each other
    "exact_duplicates": _choice(
        "say the same as an earlier row", "they count twice, and leak into validation", "the first one stays", "remove"
    ),
    "near_duplicates": _choice(
        "say nearly the same as an earlier row",
        "models memorise what comes often, and scores on the rest lie (Lee et al. 2022)",
        "the first one stays",
        "remove",
    ),
    "leaks": _choice(
        "stand in another set as well",
        "what was learnt by heart is measured as skill",
        "prepare takes them out of the file (`--apart-from` names the other sets)",
        "remove",
        "error",
    ),
    "near_leaks": _choice(
        "nearly stand in another set as well",
        "what was learnt by heart is measured as skill",
        "prepare takes them out of the file (`--apart-from` names the other sets)",
        "remove",
    ),
    "over_long": _choice(
        "are longer than the limit",
        "they are cut without a word, most often at the answer, or refused",
        "they are taken out; cut them yourself to keep them, or say `--max-tokens`",
        "remove",
    ),
    # --- the content
    "personal_data": Code(
        "warning",
        "hold an address or a number of a person",
        "a model gives away what it was trained on",
        "`winnow scrub --explain` shows and replaces it, names too; prepare leaves texts as they are",
    ),
    "secrets": Code(
        "warning",
        "hold a key, a token or a password",
        "a model gives away what it was trained on; a secret that was here is no secret any more",
        "revoke it; `winnow scrub` replaces it",
    ),
    "mixed_languages": _about(
        "advice",
        "is in several languages",
        "answers slip into another language, and a rare one is hardly learnt",
        "one file a language, or enough of each",
    ),
    "few_examples": _about(
        "warning", "has under 100 examples", "training learns their wording and little else", "collect more"
    ),
    "no_examples": _about("error", "has no example that can be used", "there is nothing to train on", "mend the rows above"),
}
"""By name, in the order in which a file is looked at: bytes, fields, characters, texts, classes, rows, content."""
