# SPDX-License-Identifier: Apache-2.0
"""TLS through the libcurl that davit opens at run time, beside the libcrypto that davit has inside: a server is trusted for the reasons that
it should be, and for no other. And offline commands never open libcurl at all."""
import http.server
import os
import shutil
import socket
import ssl
import subprocess
import tempfile
import threading
import unittest

from local_aws import LocalAwsCase, main, scrubbed_environment, skip

ANSWER = (
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
    "<Arn>arn:aws:iam::111122223333:user/tls</Arn><UserId>AIDATLS</UserId><Account>111122223333</Account>"
    "</GetCallerIdentityResult><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER.encode())

    def log_message(self, *arguments):
        pass


class Server(http.server.ThreadingHTTPServer):
    """HTTPS on loopback with the certificate given."""

    daemon_threads = True

    def __init__(self, certificate, newest=None):
        super().__init__(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, certificate.replace(".pem", ".key"))
        if newest is not None:
            context.minimum_version = newest
            context.maximum_version = newest
            context.set_ciphers("ALL:@SECLEVEL=0")
        self.context = context
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def get_request(self):
        connection, address = super().get_request()
        return self.context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request, client_address):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.shutdown()
        self.server_close()


class Tls(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="davit-test-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        cls.trusted = cls.certificate("localhost", "DNS:localhost")
        cls.other = cls.certificate("other", "DNS:localhost")
        cls.elsewhere = cls.certificate("elsewhere", "DNS:elsewhere.example")

    @classmethod
    def certificate(cls, name, alternative_name):
        pem = os.path.join(cls.folder, name + ".pem")
        arguments = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
        arguments += ["-keyout", pem.replace(".pem", ".key"), "-out", pem, "-subj", "/CN=" + name, "-addext", "subjectAltName=" + alternative_name]
        subprocess.run(arguments, check=True, capture_output=True)
        return pem

    def call(self, server, bundle=None, host="localhost"):
        environment = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1", "AWS_MAX_ATTEMPTS": "1"}
        if bundle:
            environment["AWS_CA_BUNDLE"] = bundle
        endpoint = f"https://{host}:{server.server_address[1]}"
        return subprocess.run(
            [LocalAwsCase.DAVIT, "whoami", "-o", "json", "--endpoint-url", endpoint],
            env=scrubbed_environment(environment),
            capture_output=True,
            text=True,
            timeout=60,
        )

    def refused(self, finished):
        self.assertNotEqual(finished.returncode, 0, finished.stdout)
        self.assertNotIn("111122223333", finished.stdout)
        self.assertIn("certificate", finished.stderr)

    def test_a_certificate_of_the_bundle_is_trusted(self):
        with Server(self.trusted) as server:
            finished = self.call(server, self.trusted)
        self.assertEqual(finished.returncode, 0, finished.stderr)
        self.assertIn("111122223333", finished.stdout)

    def test_an_unknown_certificate_is_refused(self):
        with Server(self.trusted) as server:
            self.refused(self.call(server))
            self.refused(self.call(server, self.other))

    def test_a_certificate_of_another_host_is_refused(self):
        with Server(self.elsewhere) as server:
            self.refused(self.call(server, self.elsewhere))

    def test_an_old_protocol_is_refused(self):
        with Server(self.trusted, ssl.TLSVersion.TLSv1_1) as server:
            finished = self.call(server, self.trusted)
        self.assertNotEqual(finished.returncode, 0)
        self.assertNotIn("111122223333", finished.stdout)

    def test_a_bundle_that_is_not_there_is_named(self):
        with Server(self.trusted) as server:
            finished = self.call(server, os.path.join(self.folder, "no-such.pem"))
        self.assertEqual(finished.returncode, 2, finished.stderr)
        self.assertIn("no-such.pem", finished.stderr)


class Proxy:
    """Takes one request for a tunnel, keeps it, and opens none."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        self.asked = b""
        self.thread = threading.Thread(target=self.serve, daemon=True)
        self.thread.start()

    def serve(self):
        try:
            connection, _ = self.listener.accept()
        except OSError:
            return
        with connection:
            while b"\r\n\r\n" not in self.asked:
                self.asked += connection.recv(4096)
            connection.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()


class Proxies(unittest.TestCase):
    def call(self, variables, *flags):
        keys = {"AWS_ACCESS_KEY_ID": "AKIDMARKED", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": "us-east-1", "AWS_MAX_ATTEMPTS": "1"}
        arguments = [LocalAwsCase.DAVIT, "aws", "call", "sts", "GetCallerIdentity", *flags]
        return subprocess.run(
            arguments, env=scrubbed_environment({**keys, **variables}), input="{}", capture_output=True, text=True, timeout=60
        )

    def test_a_proxy_is_asked_for_a_tunnel_and_sees_nothing_of_the_call(self):
        for variable in ("HTTPS_PROXY", "https_proxy"):
            with Proxy() as proxy:
                finished = self.call({variable: proxy.url})
            self.assertEqual(finished.returncode, 6, finished.stderr)
            self.assertTrue(proxy.asked.startswith(b"CONNECT sts.us-east-1.amazonaws.com:443 HTTP/1.1"), proxy.asked)
            self.assertNotIn(b"AKIDMARKED", proxy.asked)

    def test_loopback_is_never_asked_through_a_proxy(self):
        with Proxy() as proxy:
            finished = self.call({"http_proxy": proxy.url, "https_proxy": proxy.url}, "--endpoint-url", "http://127.0.0.1:9")
        self.assertEqual(finished.returncode, 6, finished.stderr)
        self.assertEqual(proxy.asked, b"")


class OpenedLibraries(unittest.TestCase):
    """What the kernel was asked to open."""

    def opened(self, *arguments, stdin=""):
        if not shutil.which("strace"):
            skip("strace is not installed")
        with tempfile.TemporaryDirectory() as folder:
            trace = os.path.join(folder, "trace")
            environment = scrubbed_environment({"ASAN_OPTIONS": "detect_leaks=0"})
            finished = subprocess.run(
                ["strace", "-f", "-e", "trace=openat,execve", "-o", trace, LocalAwsCase.DAVIT, *arguments],
                env=environment,
                input=stdin,
                capture_output=True,
                text=True,
                timeout=60,
            )
            if "PTRACE" in finished.stderr or "ptrace" in finished.stderr:
                skip("processes may not be traced here")
            with open(trace, encoding="utf-8") as file:
                return finished, [line for line in file if "ENOENT" not in line]

    def test_offline_commands_open_no_libcurl(self):
        token = "eyJhbGciOiJIUzI1NiJ9.e30.ZRrHA1JJJW8opsbCGfG_HACGpVUMN_a9IV7pAx_Zmeo"
        for arguments in (
            ["version"],
            ["--help"],
            ["help", "table"],
            ["nonsense"],
            ["jwt", "verify", "--alg", "HS256", "--key", "/dev/null"],
            ["jwt", "decode"],
            ["config", "schema"],
            ["aws", "endpoint", "dynamodb", "--region", "eu-west-1"],
        ):
            finished, files = self.opened(*arguments, stdin=token)
            self.assertTrue(files, arguments)
            self.assertFalse([line for line in files if "libcurl" in line or "libssl" in line], (arguments, finished.stderr))

    def test_the_versions_of_libraries_open_it(self):
        finished, files = self.opened("version", "-o", "json")
        self.assertIn("libcurl ", finished.stdout)
        self.assertTrue([line for line in files if "libcurl" in line])


if __name__ == "__main__":
    main()
