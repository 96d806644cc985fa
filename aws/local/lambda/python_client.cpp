// SPDX-License-Identifier: Apache-2.0
#include "aws/local/lambda/python_client.hpp"

namespace davit::aws::local::lambda {

std::string_view python_client()
{
  return R"py(import datetime
import decimal
import http.client
import importlib
import json
import logging
import os
import sys
import time
import traceback
import types

API = "/2018-06-01/runtime/"
TYPE = "Lambda-Runtime-Function-Error-Type"


class Context:
    def __init__(self, headers):
        self.aws_request_id = headers["Lambda-Runtime-Aws-Request-Id"]
        self.invoked_function_arn = headers.get("Lambda-Runtime-Invoked-Function-Arn", "")
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.identity = types.SimpleNamespace(cognito_identity_id=None, cognito_identity_pool_id=None)
        given = headers.get("Lambda-Runtime-Client-Context")
        self.client_context = client_context(json.loads(given)) if given else None
        self._deadline_ms = int(headers["Lambda-Runtime-Deadline-Ms"])

    def get_remaining_time_in_millis(self):
        return max(self._deadline_ms - int(time.time() * 1000), 0)

    def log(self, message):
        print(message, flush=True)


def client_context(given):
    return types.SimpleNamespace(custom=given.get("custom"), env=given.get("env"), client=types.SimpleNamespace(**given.get("client") or {}))


class LogHandler(logging.Handler):
    request_id = ""

    def emit(self, record):
        moment = datetime.datetime.fromtimestamp(record.created, datetime.timezone.utc)
        stamp = moment.strftime("%Y-%m-%dT%H:%M:%S.") + "%03dZ" % (moment.microsecond // 1000)
        text = record.getMessage()
        if record.exc_info:
            text += "\n" + "".join(traceback.format_exception(*record.exc_info))
        print("[%s]\t%s\t%s\t%s" % (record.levelname, stamp, LogHandler.request_id, text), flush=True)


def send(connection, method, path, body=None, headers=None):
    connection.request(method, API + path, body, headers or {})
    answer = connection.getresponse()
    return answer.headers, answer.read()


def report(connection, path, error, kind):
    document = {"errorMessage": str(error), "errorType": kind, "requestId": LogHandler.request_id, "stackTrace": frames(error)}
    lines = ["[ERROR] %s: %s" % (kind, error)]
    if document["stackTrace"]:
        lines += ["Traceback (most recent call last):", *(line.rstrip() for line in document["stackTrace"])]
    print("\n".join(lines), flush=True)
    send(connection, "POST", path, json.dumps(document).encode(), {"Content-Type": "application/json", TYPE: kind})


def frames(error):
    found = traceback.extract_tb(error.__traceback__)
    return traceback.format_list([frame for frame in found if frame.filename != __file__ and not frame.filename.startswith("<frozen")])


def load(name):
    """The handler, or nothing, an error and the name that Lambda has for it."""
    module, _, function = name.rpartition(".")
    if not module:
        return None, ValueError("Bad handler '%s': not enough values to unpack (expected 2, got 1)" % name), "Runtime.MalformedHandlerName"
    try:
        found = importlib.import_module(module.replace("/", "."))
    except SyntaxError as error:
        return None, SyntaxError("Syntax error in module '%s': %s" % (module, error)), "Runtime.UserCodeSyntaxError"
    except ImportError as error:
        return None, ImportError("Unable to import module '%s': %s" % (module, error)), "Runtime.ImportModuleError"
    except Exception as error:
        return None, error, type(error).__name__
    try:
        return getattr(found, function), None, None
    except AttributeError:
        return None, AttributeError("Handler '%s' missing on module '%s'" % (function, module)), "Runtime.HandlerNotFound"


def plain(value):
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)


def serve_one(connection, handler):
    headers, body = send(connection, "GET", "invocation/next")
    context = Context(headers)
    LogHandler.request_id = context.aws_request_id
    os.environ["_X_AMZN_TRACE_ID"] = headers.get("Lambda-Runtime-Trace-Id", "")
    path = "invocation/%s/" % context.aws_request_id
    try:
        result = handler(json.loads(body), context)
    except Exception as error:
        report(connection, path + "error", error, type(error).__name__)
        return
    try:
        answer = json.dumps(result, ensure_ascii=False, default=plain).encode()
    except Exception as error:
        report(connection, path + "error", TypeError("Unable to marshal response: %s" % error), "Runtime.MarshalError")
        return
    send(connection, "POST", path + "response", answer, {"Content-Type": "application/json"})


def main():
    logging.getLogger().addHandler(LogHandler())
    # This file's folder is not the function's.
    sys.path.pop(0)
    connection = http.client.HTTPConnection(os.environ["AWS_LAMBDA_RUNTIME_API"])
    handler, error, kind = load(sys.argv[1])
    if handler is None:
        report(connection, "init/error", error, kind)
        sys.exit(1)
    while True:
        serve_one(connection, handler)


main()
)py";
}

}  // namespace davit::aws::local::lambda
