"""A peer's side of the pipe: a line of JSON in, a line of JSON out, until the pipe is closed."""

import json
import os
import sys
import traceback


def serve(answer):
    """`answer` takes a request and gives a dictionary. What it raises is answered too: the next request may go well."""
    # Libraries may print anything: send it to the log, not into the answers.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        try:
            reply = answer(**json.loads(line))
        except Exception as error:
            traceback.print_exc()
            reply = dict(error=f"{type(error).__name__}: {error}")
        answers.write(json.dumps(reply) + "\n")
        answers.flush()
