"""Runs the statements of one session: JSON lines in on descriptor 3, out on descriptor 4, output on descriptor 1.

Follows `session.py`. Everything here runs inside the sandbox and may be reached by the session's own code; nothing outside trusts it with more
than that code's own output.
"""

import io
import json
import os
import resource
import signal
import socket
import sys
import threading

REQUESTS, ANSWERS = 3, 4


def limit(settings):
    """Hard limits, so that code cannot raise them again."""
    kinds = {
        "memoryBytes": resource.RLIMIT_AS,
        "processes": resource.RLIMIT_NPROC,
        "fileBytes": resource.RLIMIT_FSIZE,
    }
    for name, kind in kinds.items():
        if settings.get(name):
            resource.setrlimit(kind, (settings[name], settings[name]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (1024, 1024))


def open_gateway(path):
    """Listens on the loopback inside and pipes each connection to the server's socket. Returns the port."""
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(64)

    def pipe(source, target):
        try:
            while chunk := source.recv(65536):
                target.sendall(chunk)
        except OSError:
            pass
        finally:
            try:
                target.shutdown(socket.SHUT_WR)
            except OSError:
                pass

    def serve(inside):
        with inside, socket.socket(socket.AF_UNIX) as outside:
            try:
                outside.connect(path)
            except OSError:
                return
            back = threading.Thread(target=pipe, args=(outside, inside), daemon=True)
            back.start()
            pipe(inside, outside)
            back.join()

    def accept():
        while True:
            connection, _ = listener.accept()
            threading.Thread(target=serve, args=(connection,), daemon=True).start()

    threading.Thread(target=accept, daemon=True).start()
    return listener.getsockname()[1]


def answer(message):
    data = (json.dumps(message) + "\n").encode()
    while data:
        data = data[os.write(ANSWERS, data) :]


def main():
    settings = json.loads(os.environ.pop("SCOPEDOWN_SETTINGS"))
    limit(settings["limits"])
    sys.argv = ["script", *settings["arguments"]]
    sys.stdin = open(os.devnull)
    os.dup2(1, 2)
    sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb", 0, closefd=False), "utf-8", "backslashreplace", write_through=True)
    sys.stderr = sys.stdout
    if settings["tunnel"] is not None:
        port = open_gateway(settings["tunnel"]["socket"])
        for name, value in settings["tunnel"]["environment"].items():
            os.environ[name] = value.replace("{port}", str(port))
    if settings["socket"] is not None:
        origin = f"http://127.0.0.1:{open_gateway(settings['socket'])}"
        os.environ["AWS_ENDPOINT_URL"] = origin
        os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = origin + "/v1/creds"
    for descriptor in (REQUESTS, ANSWERS):
        os.set_inheritable(descriptor, False)
    session, main_thread = Session(), threading.get_ident()
    signal.signal(signal.SIGINT, session.on_interrupt)
    for prelude in settings["preludes"]:
        outcome = session.run(prelude)
        session.count = 0
        if outcome["status"] != "ok":
            # `sys.exit(reason)`: it says all there is to say.
            reason = outcome["value"] if outcome["name"] == "SystemExit" else "".join(outcome["traceback"])
            answer({"failed": reason[-4000:]})
            return
    statements, ready = [], threading.Condition()

    def read():
        for line in os.fdopen(REQUESTS, encoding="utf-8"):
            message = json.loads(line)
            if "interrupt" in message:
                signal.pthread_kill(main_thread, signal.SIGINT)
                continue
            with ready:
                statements.append(message)
                ready.notify()
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    answer({"ready": True})
    while True:
        with ready:
            while not statements:
                ready.wait()
            statement = statements.pop(0)
        outcome = session.run(statement["code"])
        try:
            os.write(1, statement["marker"].encode())
        except OSError:
            outcome["lost"] = True
        answer(outcome)


main()
