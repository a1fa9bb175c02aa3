"""A scorer of one's own: how polite an answer is. It needs nothing but Python.

The program is started once a run. It is given one line of JSON at a time on standard input, and answers each with one
line of JSON on standard output; what it prints to standard error is only shown where it fails.
"""

import json
import sys

# What the values mean. `asks`: "question" or "task". `kind`: "rate" (0 or 1), "mean" (anything between) or "class" (a
# label, with 0 or 1). `curve`: "own" for a curve beside the windows, or "target" or "capability" to make theirs.
DESCRIPTION = {
    "version": 1,
    "asks": "question",
    "outcome": {"kind": "mean", "curve": "own", "smaller_is_better": False},
    "seconds": 10,
}

POLITE = ("please", "thank", "sorry", "kindly", "welcome")


def score(sample: dict) -> dict:
    """A value between 0 and 1 and a label; or None as the value, with a reason, where this program cannot tell."""
    words = sample["response"].lower().split()
    polite = sum(word.strip(".,!?") in POLITE for word in words)
    return {"value": min(1.0, polite / 2), "label": "polite" if polite else "plain"}


def main() -> None:
    for line in sys.stdin:
        message = json.loads(line)
        if message["kind"] == "describe":
            answer = DESCRIPTION
        else:
            answer = {"id": message["id"], **score(message)}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
