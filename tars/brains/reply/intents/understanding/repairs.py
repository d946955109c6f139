"""Known mistakes of the recogniser: what is heard, what was said, and an example. Only for sentences that are not understood as they are.

The first two are a regular expression for plain words and its replacement, as `re.sub` takes them. They apply in this order. Each rule is
needed for its example; a test proves it.
"""

from __future__ import annotations

REPAIRS = (
    # timer
    (r"^(?:time|timer|times|tyme|tymer) (?:for|or|four|4) (?=\w)", "timer for ", "times for five minutes"),
    (r"\b(?:tymer|timmer|tamer|timer's|time or|time her)\b", "timer", "set a tamer for five minutes"),
    (r"\b(?:said|sat|sit|sad|sets) (?=(?:a|an|the|another|it) )", "set ", "said a timer for five minutes"),
    (r"\b(set|start|cancel|stop) at (?=timer\b|time\b)", r"\1 a ", "start at timer for five minutes"),
    (
        r"\b(set|start|begin|create|make) (?:it|a|the|at) (?:past a|past her|past the|pastor|posture|pasture|past or) (?:timer|time)\b",
        r"\1 a pasta timer",
        "set it past a timer for ten minutes",
    ),
    (r"\b(a|the|my) (set |start )?(?:past a|past her|pastor|posture|pasture) timer\b", r"\1 pasta timer", "cancel the past a timer"),
    (r"\b((?:set|start|cancel|stop|pause) (?:a|the|my)) (?:time|times|tie)\b", r"\1 timer", "cancel the time"),
    (r"\bon (the|my) (?:time|times)$", r"on \1 timer", "how much time is left on the time"),
    (r"\btimer (?:four|4) (?=[\w.]+ (?:hour|minute|second))", "timer for ", "set a timer four five minutes"),
    (r"\baccount down\b", "a countdown", "start account down for five minutes"),
    (r"\b(?:cost to|cost of|cost the|past of) timer\b", "pasta timer", "cancel the cost to timer"),
    (r"\b(?:stock|shop|stub) (?=(?:(?:all|the|my) )+(?:timer|alarm|reminder)s?$)", "stop ", "shop the timer"),
    (r"^(?:7|seven) (?=(?:timer|alarm) for\b)", "set a ", "7 timer for 5 minutes"),
    (r"^but (?=(?:on )?(?:a|the) timer\b)", "put ", "but on a timer for 10 minutes"),
    (r"\b(set|start) of (?=\d)", r"\1 a ", "set of 5 minute timer"),
    (r"\b(?:en ?alarm|anne alarm)\b", "an alarm", "set enalarm for 7 in the morning"),
    # numbers
    (r"\btimers for (\w+) in (?=\w+ minutes?$)", r"timers for \1 and ", "set timers for 5 in 10 minutes"),
    (r"\btimer for ([1-9]\d?)([0-5]\d)$", r"timer for \1:\2", "set a timer for 130"),
    (r"\b(\d+) 1 12 (?=hours?\b|minutes?\b)", r"\1.5 ", "set a timer for 1 1 12 minutes"),
    (r"\balarm 4(\d) (?=in the|am\b|pm\b)", r"alarm for \1 ", "set an alarm 47 in the morning"),
    (r"\b(\d+) unit (?=timer\b)", r"\1 minute ", "set a 1 unit timer"),
    (r"^(?:add|at|had) (\w+) (?:in|and) (?=\w+$)", r"add \1 and ", "add 5 in 7"),
    (r"(?<=\d) slash (?=\w+$)", " divided by ", "1000 slash 8"),
    (r"\b(hours?) (?:in|an|end) (?=[\w ]+ minutes?$)", r"\1 and ", "set a timer for one hour in 30 minutes"),
    (r"\bpercent of (?:ad|a d|eddie|eighty's)$", "percent of 80", "what is 15 percent of ad"),
    # verbs
    (
        r"^(?:council|counsel|can't sell|can sell|and sell|and sew) (?=(?:the|my|all|a)\b.*\b(?:timer|alarm|reminder)s?\b)",
        "cancel ",
        "can't sell the timer",
    ),
    (r"^and you (?=(?:please )?(?:add|set|start|cancel|stop|tell|wake|remind)\b)", "can you ", "and you add 5 and 7"),
    (r"^the (?=[\w.]+ more (?:hour|minute|second)s?\b)", "put ", "the two more minutes on the timer"),
    (r"\byour (?:view more|human|tumor|rumor)\b", "your humor", "set your view more to 75 percent"),
)
