"""What the bench knows about processes: pinned to a core, their CPU and memory, and how busy everybody else was."""
import http.client
import os
import resource
import signal
import socket
import subprocess
import time

TICK = os.sysconf("SC_CLK_TCK")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def get(port, path, timeout=5.0):
    """Status and text of a GET on the loopback; (0, "") when nobody answers."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except OSError:
        return 0, ""
    finally:
        connection.close()


class Process:
    """A server under test, pinned to one core; use as a context, which ends it by SIGTERM."""

    def __init__(self, command, core, log, preload=None):
        environment = dict(os.environ)
        if preload:
            environment["LD_PRELOAD"] = str(preload)
        self.log = open(log, "ab")
        self.started = time.monotonic()
        self.child = subprocess.Popen(
            ["taskset", "-c", str(core), *map(str, command)],
            stdout=self.log, stderr=self.log, stdin=subprocess.DEVNULL, env=environment)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def wait_ready(self, port, path, limit_seconds=60):
        """Seconds from the start to the first 200; raises when it never comes."""
        while time.monotonic() - self.started < limit_seconds:
            if get(port, path)[0] == 200:
                return time.monotonic() - self.started
            if self.child.poll() is not None:
                break
            time.sleep(0.002)
        raise RuntimeError(f"{self.child.args[3]} did not get ready; see {self.log.name}")

    def cpu_seconds(self):
        with open(f"/proc/{self.child.pid}/stat", encoding="utf-8") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    def memory_mib(self, field="VmRSS"):
        with open(f"/proc/{self.child.pid}/status", encoding="utf-8") as file:
            for line in file:
                if line.startswith(field + ":"):
                    return int(line.split()[1]) / 1024
        raise RuntimeError(f"{self.child.args[3]} has no {field}")

    def stop(self):
        """Seconds that it took to end; killed after 15 s."""
        begun = time.monotonic()
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
        try:
            self.child.wait(15)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        self.log.close()
        return time.monotonic() - begun


class Others:
    """How many cores everybody else kept busy during a context, as a share of one core."""

    def __init__(self, *processes):
        self.processes = processes

    def _now(self):
        with open("/proc/stat", encoding="utf-8") as file:
            numbers = [int(word) for word in file.readline().split()[1:9]]
        busy = (sum(numbers) - numbers[3] - numbers[4]) / TICK
        ours = sum(process.cpu_seconds() for process in self.processes)
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
            used = resource.getrusage(who)
            ours += used.ru_utime + used.ru_stime
        return time.monotonic(), busy - ours

    def __enter__(self):
        self.begun = self._now()
        return self

    def __exit__(self, *_):
        ended = self._now()
        self.share = max(0.0, (ended[1] - self.begun[1]) / max(ended[0] - self.begun[0], 1e-6))
