"""An operator of the console under test, as a browser is one: signs in with password and code, reads and posts."""
import http.client
import json
import re
import subprocess
import time

PASSWORD = "a long enough password of the bench"


class Operator:
    """Made by the command line; sign in once the service is ready."""

    def __init__(self, build, config, port, name="bench", role="counsellor"):
        self.build, self.config, self.port, self.name = build, config, port, name
        self.cookie = self.token = ""
        self.command("operator", "add", name, "--role", role, given=PASSWORD + "\n")

    def command(self, *words, given=""):
        done = subprocess.run([self.build / "careline", *words, "--config", self.config], input=given, text=True,
                              capture_output=True, check=True)
        return done.stdout.strip()

    def sign_in(self):
        code = self.command("operator", "code", self.name)
        status, answer, cookie = attempt(self.port, self.name, PASSWORD, code)
        if status != 200 or not cookie:
            raise RuntimeError(f"the bench's operator could not sign in: {status} {answer[:80]}")
        self.cookie = cookie.split(";")[0]
        self.token = re.search(r'data-token="([^"]*)"', self.page("/")[1]).group(1)

    def page(self, path):
        """Milliseconds until the whole page was there, and the page."""
        begun = time.perf_counter()
        status, text, _ = call(self.port, "GET", path, {"Cookie": self.cookie})
        if status != 200:
            raise RuntimeError(f"{path.split('/')[1] or 'the list'} answers {status}")
        return (time.perf_counter() - begun) * 1000, text

    def post(self, path, data):
        begun = time.perf_counter()
        status, text, _ = call(self.port, "POST", path, headers(self.port, self.cookie, self.token), json.dumps(data))
        if status != 200:
            raise RuntimeError(f"POST {path} answers {status}")
        return (time.perf_counter() - begun) * 1000, json.loads(text)


def headers(port, cookie="", token=""):
    return {"Content-Type": "application/json", "Origin": f"http://127.0.0.1:{port}", "Cookie": cookie,
            "X-Careline-Token": token}


def call(port, method, path, fields, body=None):
    """Status, text and Set-Cookie of one call on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request(method, path, body, fields)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), answer.getheader("Set-Cookie") or ""
    finally:
        connection.close()


def attempt(port, name, password, code):
    """One attempt to sign in."""
    body = json.dumps({"name": name, "password": password, "code": code, "place": "/"})
    return call(port, "POST", "/sign-in", headers(port), body)
