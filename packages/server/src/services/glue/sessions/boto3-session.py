"""The whole life of a session with boto3, as JSON."""

import json
import sys
import time

import boto3

glue = boto3.client("glue")
role = sys.argv[1]


def wait(read, done):
    for _ in range(400):
        value = read()
        if value in done:
            return value
        time.sleep(0.05)
    raise SystemExit("waited for twenty seconds in vain")


def status():
    return glue.get_session(Id="boto")["Session"]["Status"]


def run(code):
    number = glue.run_statement(SessionId="boto", Code=code)["Id"]

    def state():
        return glue.get_statement(SessionId="boto", Id=number)["Statement"]["State"]

    wait(state, ["AVAILABLE", "ERROR", "CANCELLED"])
    return glue.get_statement(SessionId="boto", Id=number)["Statement"]["Output"]


shown = {}
made = glue.create_session(
    Id="boto", Role=role, Command={"Name": "glueetl", "PythonVersion": "3"}, Tags={"team": "blue"}, IdleTimeout=30
)["Session"]
shown["made"] = [made["Status"], made["IdleTimeout"], made["Command"]["Name"]]
shown["ready"] = wait(status, ["READY", "FAILED"])
shown["ok"] = run("x = 6\nx * 7")
shown["error"] = {key: value for key, value in run("{}['k']").items() if key in ("Status", "ErrorName", "ErrorValue")}
loop = glue.run_statement(SessionId="boto", Code="while True: pass")["Id"]
glue.cancel_statement(SessionId="boto", Id=loop)
shown["cancelled"] = wait(
    lambda: glue.get_statement(SessionId="boto", Id=loop)["Statement"]["State"], ["CANCELLED", "ERROR"]
)
shown["statements"] = [one["State"] for one in glue.list_statements(SessionId="boto")["Statements"]]
arn = glue.meta.region_name and f"arn:aws:glue:{glue.meta.region_name}:123456789012:session/boto"
glue.tag_resource(ResourceArn=arn, TagsToAdd={"stage": "test"})
glue.untag_resource(ResourceArn=arn, TagsToRemove=["team"])
shown["tags"] = glue.get_tags(ResourceArn=arn)["Tags"]
shown["listed"] = glue.list_sessions(Tags={"stage": "test"})["Ids"]
glue.stop_session(Id="boto")
shown["stopped"] = wait(status, ["STOPPED", "FAILED"])
try:
    glue.run_statement(SessionId="boto", Code="1")
except glue.exceptions.InvalidInputException as error:
    shown["refused"] = error.response["Error"]["Message"]
glue.delete_session(Id="boto")
try:
    glue.get_session(Id="boto")
except glue.exceptions.EntityNotFoundException as error:
    shown["gone"] = error.response["Error"]["Message"]
print(json.dumps(shown))
