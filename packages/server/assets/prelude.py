"""What a session finds in its namespace before its first statement."""

import sys as _sys
import types as _types


def _provide_awsglue():
    """`awsglue.utils.getResolvedOptions`, as Glue scripts import it."""
    try:
        import awsglue.utils  # noqa: F401
    except ImportError:
        package, utils = _types.ModuleType("awsglue"), _types.ModuleType("awsglue.utils")

        class GlueArgumentError(Exception):
            pass

        def getResolvedOptions(args, options):
            """Values of `--NAME value` or `--NAME=value` for each name; all of them must be there."""
            found = {}
            for at, word in enumerate(args):
                for name in options:
                    if word == f"--{name}" and at + 1 < len(args):
                        found[name] = args[at + 1]
                    elif word.startswith(f"--{name}="):
                        found[name] = word[len(name) + 3 :]
            missing = [name for name in options if name not in found]
            if missing:
                raise GlueArgumentError(f"the following arguments are required: {', '.join('--' + n for n in missing)}")
            return found

        utils.GlueArgumentError, utils.getResolvedOptions = GlueArgumentError, getResolvedOptions
        package.utils = utils
        _sys.modules["awsglue"], _sys.modules["awsglue.utils"] = package, utils


class _NoSpark:
    def __getattr__(self, name):
        raise RuntimeError(
            "this session has no Spark: its server runs statements with the `python` runtime; "
            "start it with --session-runtime spark where PySpark is installed"
        )

    def __repr__(self):
        return "<no Spark in this session>"


_provide_awsglue()
spark = sc = _NoSpark()
