"""One session's namespace: runs a statement, echoes its last expression, and describes what it raised.

Runs inside of every runtime, ahead of what is the runtime's own.
"""

import ast
import linecache
import sys
import traceback


class Session:
    def __init__(self):
        self.namespace = {"__name__": "__main__", "__builtins__": __builtins__}
        self.count = 0
        self.running = False

    def on_interrupt(self, *_):
        if self.running:
            raise KeyboardInterrupt

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
