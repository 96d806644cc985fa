# SPDX-License-Identifier: Apache-2.0
"""One loopback server for all that hands out credentials: STS, the SSO portal, a container's agent and an instance's metadata service. It keeps
what was asked for, and each key it gives out has another number."""
import http.server
import json
import threading
import urllib.parse

EXPIRATION = "2099-01-01T00:00:00Z"
EXPIRATION_MS = 4070908800000
IDENTITY = (
    "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:sts::111122223333:assumed-role/r/s</Arn><UserId>AROA:s</UserId>"
    "<Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
)
SESSION_OF_AN_INSTANCE = "a-session-token"


class Asked:
    def __init__(self, method, path, headers, body):
        self.method = method
        self.path = path
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.body = body
        self.form = dict(urllib.parse.parse_qsl(body))
        self.action = self.form.get("Action", "")

    @property
    def key_id(self):
        """Whose signature it carries; empty when it is not signed."""
        return self.headers.get("authorization", "").partition("Credential=")[2].partition("/")[0]


class CredentialServers:
    def __init__(self):
        self.asked = []
        self.given = 0
        self.instance_role = "web"
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def take(self):
        asked, self.asked = self.asked, []
        return asked

    def answer(self, asked):
        """(status, body)"""
        if asked.action:
            return 200, self.sts(asked)
        if asked.path.startswith("/federation/credentials"):
            return 200, json.dumps({"roleCredentials": self.portal()})
        if asked.path == "/token":
            return 200, json.dumps({"accessToken": "newer-token", "expiresIn": 3600, "refreshToken": "next", "tokenType": "Bearer"})
        if asked.path.startswith("/container"):
            return 200, json.dumps(self.document("Token"))
        if asked.path.startswith("/latest/"):
            return self.instance(asked)
        return 404, "nothing here"

    def next_keys(self):
        self.given += 1
        return f"ASIA{self.given:08}", f"secret-{self.given}", f"token-{self.given}"

    def document(self, token_member):
        key, secret, token = self.next_keys()
        return {"AccessKeyId": key, "SecretAccessKey": secret, token_member: token, "Expiration": EXPIRATION}

    def portal(self):
        key, secret, token = self.next_keys()
        return {"accessKeyId": key, "secretAccessKey": secret, "sessionToken": token, "expiration": EXPIRATION_MS}

    def instance(self, asked):
        if asked.method == "PUT" and asked.path == "/latest/api/token":
            return 200, SESSION_OF_AN_INSTANCE
        if asked.headers.get("x-aws-ec2-metadata-token") != SESSION_OF_AN_INSTANCE:
            return 401, ""
        if asked.path.endswith("/security-credentials/"):
            return (200, self.instance_role) if self.instance_role else (404, "")
        return 200, json.dumps({"Code": "Success", **self.document("Token")})

    def sts(self, asked):
        if asked.action == "GetCallerIdentity":
            return IDENTITY
        key, secret, token = self.next_keys()
        return (
            f'<{asked.action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{asked.action}Result>'
            f"<AssumedRoleUser><AssumedRoleId>AROA:s</AssumedRoleId><Arn>arn:aws:sts::111122223333:assumed-role/r/s</Arn></AssumedRoleUser>"
            f"<Credentials><AccessKeyId>{key}</AccessKeyId><SecretAccessKey>{secret}</SecretAccessKey><SessionToken>{token}</SessionToken>"
            f"<Expiration>{EXPIRATION}</Expiration></Credentials></{asked.action}Result></{asked.action}Response>"
        )

    def _handler(servers):  # noqa: N805 (the handler's own self is another)
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
                asked = Asked(self.command, self.path, self.headers, body)
                servers.asked.append(asked)
                status, text = servers.answer(asked)
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            do_POST = do_PUT = do_GET

            def log_message(self, *arguments):
                pass

        return Handler
