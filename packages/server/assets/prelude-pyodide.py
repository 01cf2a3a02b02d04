"""What CPython on WebAssembly lacks, said where it is missed."""

import importlib.abc as _abc
import sys as _sys

_absent = {
    "boto3": "AWS clients need a network, which WebAssembly has not",
    "botocore": "AWS clients need a network, which WebAssembly has not",
    "pyspark": "Spark needs Java",
    "pandas": "only Python's standard library is there",
    "pyarrow": "only Python's standard library is there",
    "numpy": "only Python's standard library is there",
}


class _Absent(_abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name in _absent:
            raise ModuleNotFoundError(
                f"No module named '{name}': this session's statements are run by `pyodide`, CPython on WebAssembly "
                f"({_absent[name]}); start the server with --session-runtime python or spark",
                name=name,
            )
        return None


_sys.meta_path.insert(0, _Absent())
