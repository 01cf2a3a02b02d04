"""Drives the Jupyter kernel of AWS (aws-glue-sessions) through jupyter_client.

Reads cells from standard input as JSON, [{"code", "interrupt_after"?, "wait"?}], and prints what each of them showed.
"""

import json
import sys
import time

from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager

manager = KernelManager()
manager._kernel_spec = KernelSpec(
    argv=[sys.executable, "-m", "aws_glue_interactive_sessions_kernel.glue_pyspark.GlueKernel", "-f", "{connection_file}"],
    display_name="Glue PySpark",
    language="python",
)
manager.start_kernel()
client = manager.client()
client.start_channels()
client.wait_for_ready(timeout=90)
shown = []
try:
    for cell in json.load(sys.stdin):
        time.sleep(cell.get("wait", 0))
        interrupt_at = time.monotonic() + cell["interrupt_after"] if "interrupt_after" in cell else None
        message = client.execute(cell["code"])
        text, deadline = "", time.monotonic() + 120
        while time.monotonic() < deadline:
            if interrupt_at is not None and time.monotonic() > interrupt_at:
                manager.interrupt_kernel()
                interrupt_at = None
            try:
                reply = client.get_iopub_msg(timeout=0.2)
            except Exception:
                continue
            if reply["parent_header"].get("msg_id") != message:
                continue
            content = reply["content"]
            if reply["msg_type"] == "stream":
                text += content["text"]
            elif reply["msg_type"] in ("execute_result", "display_data"):
                text += content["data"].get("text/plain", "")
            elif reply["msg_type"] == "error":
                text += "\n".join(content["traceback"])
            elif reply["msg_type"] == "status" and content["execution_state"] == "idle":
                break
        shown.append(text)
finally:
    client.stop_channels()
    manager.shutdown_kernel(now=True)
print(json.dumps(shown))
