"""Runs Autobahn's fuzzing client against the echo route of the tests, and prints the cases by result.

    Scripts/autobahn [options]
"""

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time

AGENT = "duet"
START_SECONDS_MAX, RUN_SECONDS_MAX = 120, 1800
ALL = [f"{family}.*" for family in range(1, 14)]
# Permitted results other than OK, by case, and why. Cases not listed must pass.
REASONS = [
    (r"2\.1[01]", "FAILED",
     "of ten pings at once libwebsockets answers those that find no pong waiting to go; the suite says itself that more is not "
     "required (RFC 6455 §5.5.3)"),
    (r"3\.[1-7]", "FAILED BY CLIENT",
     "the connection fails as it must, with 1002; but libwebsockets takes the client's close for the rest of the broken frame and "
     "waits 5 s for another, so that the client closes the TCP connection first"),
    (r"6\.4\.[1-4]", "NON-STRICT", "text that is not UTF-8 fails when its message is whole, not at the fragment that breaks it"),
    (r"7\.1\.6|7\.13\.[12]", "INFORMATIONAL",
     "nothing is expected: a close right behind a long message, and close codes that are nobody's"),
    (r"1[23]\..*", "UNIMPLEMENTED", "permessage-deflate is not taken up: audio does not get smaller by it")]


def options():
    parser = argparse.ArgumentParser(prog="Scripts/autobahn", description="Autobahn's fuzzing client against the websocket stack.")
    parser.add_argument("--cases", nargs="+", default=ALL, help="the default is all")
    parser.add_argument("--out", help="folder for the suite's reports")
    return parser.parse_args()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port, service):
    end = time.monotonic() + START_SECONDS_MAX
    while time.monotonic() < end and service.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    sys.exit("autobahn: the echo route does not start")


def run(a, folder):
    """The suite's own index: a result for each case."""
    port, stop = free_port(), f"{folder}/stop"
    spec = dict(
        outdir=f"{folder}/reports", servers=[dict(agent=AGENT, url=f"ws://127.0.0.1:{port}/echo")], cases=a.cases,
        **{"exclude-cases": [], "exclude-agent-cases": {}})
    with open(f"{folder}/spec.json", "w") as file:
        json.dump(spec, file)
    command = "swift test -c release -Xswiftc -enable-testing --skip-build --filter EchoService".split()
    environment = dict(os.environ, DUET_ECHO_PORT=str(port), DUET_ECHO_STOP=stop)
    with open(f"{folder}/service.log", "w") as log:
        service = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_for(port, service)
        with open(f"{folder}/suite.log", "w") as log:
            subprocess.run(
                [".interop/autobahn/bin/wstest", "-m", "fuzzingclient", "-s", f"{folder}/spec.json"], stdout=log,
                stderr=subprocess.STDOUT, timeout=RUN_SECONDS_MAX)
    finally:
        open(stop, "w").close()
        service.wait()
    with open(f"{folder}/reports/index.json") as file:
        return json.load(file)[AGENT]


def number(case):
    return [int(part) for part in case.split(".")]


def main():
    a = options()
    folder = os.path.abspath(a.out or tempfile.mkdtemp(prefix="autobahn-"))
    os.makedirs(folder, exist_ok=True)
    if os.path.exists(f"{folder}/stop"):
        os.remove(f"{folder}/stop")
    results, by_reason = run(a, folder), {}
    for case in sorted(results, key=number):
        # Results of the case itself, and of how the connection was closed.
        found = {results[case]["behavior"], results[case]["behaviorClose"]} - {"OK"}
        reason = reason_for(case, found) if found else ""
        by_reason.setdefault((" / ".join(sorted(found)) or "OK", reason), []).append(case)
    for (result, reason), cases in sorted(by_reason.items(), key=lambda entry: -len(entry[1])):
        print(f"{result}: {len(cases)}" + ("" if result == "OK" else f": {short(cases)}: {reason or 'must pass'}"))
    print(f"reports in {folder}/reports")
    sys.exit(any(reason is None for _, reason in by_reason))


def reason_for(case, found):
    """None where the case must pass."""
    return next((reason for cases, result, reason in REASONS if re.fullmatch(cases, case) and found == {result}), None)


def short(cases):
    """A few, or the families."""
    return " ".join(cases) if len(cases) < 10 else " ".join(f"{family}.*" for family in sorted({number(c)[0] for c in cases}))


if __name__ == "__main__":
    main()
