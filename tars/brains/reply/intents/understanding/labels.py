"""The words that the label of a timer and the task of a reminder may hold: only words without another meaning in a command."""

from __future__ import annotations

NO_LABEL = (
    # words that negate a sentence or add a condition
    "no not don't dont doesn't didn't do does did done never nor neither none nothing except but without unless if when whenever",
    "while until till before after because instead rather than maybe perhaps either or only just even also too very almost about",
    "around less exactly precisely roughly approximately nearly really actually quickly",
    # words for times and repetition
    "today tonight tomorrow yesterday now later soon again once twice thrice ago already still yet ever always often daily weekly",
    "hourly every each monday tuesday wednesday thursday friday saturday sunday weekend week weeks month months year years day days",
    "morning afternoon evening night noon midnight midday am pm o'clock hour hours minute minutes second seconds min mins sec secs",
    "half quarter quarters couple few long longer first third last next other another new more most additional extra",
    # articles, pronouns, prepositions, conjunctions, question words, auxiliary verbs
    "a an the my your our his her their its this that these those it them me you i we us he she they him one ones some any all both",
    "everything and then in on at from to into onto by with for past of off over under up down out as so like what which who whom",
    "whose where why how is are was were be been being am has have had will would shall should can could may might must",
    # verbs and nouns of commands
    "set start begin create make run put give get need want cancel stop delete clear remove end kill turn switch add subtract take",
    "going go running reduce increase decrease extend shorten pause resume continue remind wake tell let call called named labelled",
    "labeled name say said play open close timer timers alarm alarms reminder reminders countdown count counting time times clock",
    "percent plus minus divided cancelled canceled stopped started removed deleted ended changed setting starting stopping",
    # numbers
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen",
    "nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million billion fourth fifth point dozen",
    # politeness
    "please thanks thank okay ok hey hello hi sorry um uh er erm hmm yes yeah oh o p m",
)
"""Words that a label must not hold: they would change the meaning of the command without notice."""

UNMARKED = frozenset(word for words in NO_LABEL for word in words.split())

MARK = "~"
"""Follows each word that a label may hold. It keeps the patterns of labels short."""

LABEL = rf"(?:[a-z'-]+{MARK} ){{1,3}}(?:(?:and|of) (?:[a-z'-]+{MARK} ){{1,2}})?"
"""Matches, in marked words, up to three words such as "green tea", and up to two more after "and" or "of"."""

NO_TASK = (
    "please not don't dont never unless if when whenever while until till every each daily weekly hourly today tonight tomorrow",
    "yesterday later again twice ago monday tuesday wednesday thursday friday saturday sunday weekend week weeks month months year",
    "years day days hour hours minute minutes second seconds am pm o'clock noon midnight midday remind morning afternoon evening",
    "except instead forget cancel",
)
"""Words that a task must not hold: they name a time, or negate the request."""

TASK = rf"(?:(?!(?:{'|'.join(' '.join(NO_TASK).split())}){MARK}? |(?:at|by|for) \d)[\w'.{MARK}-]+ ){{1,10}}?"
"""Matches, in marked words, a task of at most ten words, as few as possible."""


def marked(words: str) -> str:
    """The words, with a MARK after each that a label may hold, each followed by a space."""
    return "".join(f"{word} " if word in UNMARKED or not word[0].isalpha() else f"{word}{MARK} " for word in words.split())


def singular(label: str) -> str:
    """The label in a form in which "egg" and "eggs" are the same."""
    return " ".join(word.removesuffix("s") if len(word) > 3 and not word.endswith("ss") else word for word in label.split())
