"""Prints, in base64, Pyodide's standard library with bytecode for what has been imported so far: it comes as source alone,
whose compilation is most of what a session's start takes."""

import base64 as _base64
import importlib._bootstrap_external as _external
import io as _io
import sys as _sys
import zipfile as _zipfile

_origin = next(path for path in _sys.path if path.endswith(".zip"))
_target = _io.BytesIO()
with _zipfile.ZipFile(_origin) as _library:
    _files = {_name: _library.read(_name) for _name in sorted(_library.namelist())}
with _zipfile.ZipFile(_target, "w") as _made:
    for _name, _bytes in _files.items():
        _made.writestr(_name, _bytes, _zipfile.ZIP_DEFLATED)
    for _module in list(_sys.modules.values()):
        _file = getattr(_module, "__file__", None) or ""
        _name = _file[len(_origin) + 1 :]
        if not _file.startswith(_origin) or _name not in _files or _name + "c" in _made.namelist():
            continue
        _code = compile(_files[_name], _file, "exec", dont_inherit=True)
        # Unchecked: nobody changes the source beside it.
        _made.writestr(_name + "c", bytes(_external._code_to_hash_pyc(_code, bytes(8), False)))
print(_base64.b64encode(_target.getvalue()).decode())
