"""Runs the statements of one session: JSON lines in on descriptor 3, out on descriptor 4, output on descriptor 1.

Everything here runs inside the sandbox and may be reached by the session's own code; nothing outside trusts it with more
than that code's own output.
"""

import ast
import io
import json
import linecache
import os
import resource
import signal
import socket
import sys
import threading
import traceback

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


class Session:
    def __init__(self):
        self.namespace = {"__name__": "__main__", "__builtins__": __builtins__}
        self.count = 0
        self.running = False
        self.main = threading.get_ident()
        signal.signal(signal.SIGINT, self.on_interrupt)

    def on_interrupt(self, *_):
        if self.running:
            raise KeyboardInterrupt

    def interrupt(self):
        signal.pthread_kill(self.main, signal.SIGINT)

    def run(self, code):
        """The answer to one statement, without its output, which went to descriptor 1."""
        self.count += 1
        name = f"<statement {self.count}>"
        linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
        try:
            self.running = True
            tree = ast.parse(code, name)
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, name, "exec"), self.namespace)
            if last is not None:
                value = eval(compile(ast.Expression(last.value), name, "eval"), self.namespace)
                if value is not None:
                    print(repr(value))
            self.running = False
            return {"status": "ok"}
        except BaseException as error:
            self.running = False
            return describe(error)
        finally:
            self.running = False
            flush()


def describe(error):
    """Name, text and traceback of what the statement raised, without this file's own frames."""
    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename == describe.__code__.co_filename:
        frames = frames.tb_next
    try:
        lines = traceback.format_exception(type(error), error, frames)
        value = str(error)
    except BaseException as second:
        lines = [f"{type(error).__name__}: its text could not be made: {type(second).__name__}\n"]
        value = ""
    return {"status": "error", "name": type(error).__name__, "value": value, "traceback": lines}


def flush():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:
            pass


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
        os.environ[settings["tunnel"]["name"]] = settings["tunnel"]["value"].replace("{port}", str(port))
    if settings["socket"] is not None:
        origin = f"http://127.0.0.1:{open_gateway(settings['socket'])}"
        os.environ["AWS_ENDPOINT_URL"] = origin
        os.environ["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = origin + "/v1/creds"
    for descriptor in (REQUESTS, ANSWERS):
        os.set_inheritable(descriptor, False)
    session = Session()
    for prelude in settings["preludes"]:
        outcome = session.run(prelude)
        session.count = 0
        if outcome["status"] != "ok":
            answer({"failed": "".join(outcome["traceback"])[-4000:]})
            return
    statements, ready = [], threading.Condition()

    def read():
        for line in os.fdopen(REQUESTS, encoding="utf-8"):
            message = json.loads(line)
            if "interrupt" in message:
                session.interrupt()
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
