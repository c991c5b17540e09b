"""Runs Autobahn's fuzzing client against the echo route of the tests, and prints the cases by result.

    Scripts/autobahn [options]
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
import time

AGENT = "duet"
START_SECONDS_MAX, RUN_SECONDS_MAX = 120, 1800
PASSED = ("OK", "INFORMATIONAL")
# The suite's families, in its own words; 12 and 13 compress, which the server does not offer.
ALL = [f"{family}.*" for family in range(1, 14)]


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
    results, by_result = run(a, folder), {}
    for case in sorted(results, key=number):
        # The case itself, and how the connection was closed: the worse of the two.
        found = {results[case]["behavior"], results[case]["behaviorClose"]}
        worst = next((result for result in found if result not in PASSED), results[case]["behavior"])
        by_result.setdefault(worst, []).append(case)
    for result, cases in sorted(by_result.items()):
        print(f"{result}: {len(cases)}" + ("" if result == "OK" else f": {' '.join(cases)}"))
    print(f"reports in {folder}/reports")
    failed = [case for result, cases in by_result.items() if result in ("FAILED", "WRONG CODE", "UNCLEAN") for case in cases]
    sys.exit(bool(failed))


if __name__ == "__main__":
    main()
