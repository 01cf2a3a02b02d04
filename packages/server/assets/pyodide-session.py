"""The statements of a Pyodide session, as its process asks for them. Follows `session.py`."""

import io
import json
import os
import signal
import time

session = Session()  # noqa: F821 (session.py)


def sleep(seconds):
    """`time.sleep` that can be interrupted and keeps no processor busy."""
    if seconds < 0:
        raise ValueError("sleep length must be non-negative")
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        pause(min(left, 0.02) * 1000)  # noqa: F821 (pyodide-realm.js)


def prepare(arguments, preludes):
    """What could not be prepared, or an empty string."""
    sys.argv = ["script", *json.loads(arguments)]  # noqa: F821
    sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb", 0, closefd=False), "utf-8", "backslashreplace", write_through=True)  # noqa: F821
    sys.stderr = sys.stdout  # noqa: F821
    signal.signal(signal.SIGINT, session.on_interrupt)
    time.sleep = sleep
    os.chdir("/tmp")
    for prelude in json.loads(preludes):
        outcome = session.run(prelude)
        session.count = 0
        if outcome["status"] != "ok":
            return "".join(outcome["traceback"])[-4000:]
    return ""


def answer(code):
    return json.dumps(session.run(code))
