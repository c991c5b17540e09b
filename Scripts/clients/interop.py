"""Runs the clients that people have against the server, and says what each of them can do with it.

    Scripts/interop [options]
"""

import argparse
import array
import json
import os
import subprocess
import sys
import tempfile
import threading

from call import read_wave
from ears import RATE, Ears
from judge import BEHAVIOURS, TOOL_CITY, Cell, Judge, refused
from registry import CLIENTS
from scripted_mind import ScriptedMind
from servers import Guest, Server, read_notes

HERE = os.path.dirname(os.path.abspath(__file__))
CALL_SECONDS_MAX, KNOCK_SECONDS_MAX, PARSE_SECONDS_MAX = 90, 45, 60
QUESTION, LONG, INTERRUPTING = "what day comes after monday", "tell me a story", "what day comes after friday"
# A Live server speaks the text; with other protocols the model answers it.
TEXTS = {"Live": "sunday comes after saturday"}
TEXT_ASKED = "what day comes after saturday"
TOOL_ASKED = f"what is the weather in {TOOL_CITY}"
# By protocol: whose types read its events, as an environment and the name in parse.py.
TYPES = {
    "live": [("openai", "openai-live"), ("pipecat", "pipecat-live")],
    "realtime": [("openai", "openai-realtime"), ("agents", "agents"), ("pipecat", "pipecat-realtime")]}


def say(line):
    print(f"interop: {line}", file=sys.stderr, flush=True)


def options():
    names = [entry.name for entry in CLIENTS] + ["validates", "tools"]
    parser = argparse.ArgumentParser(prog="Scripts/interop", description="The clients that people have, against the server.")
    parser.add_argument("--only", nargs="+", choices=names, default=names, metavar="NAME", help=", ".join(names))
    parser.add_argument("--url", help="a server that runs already, as http://HOST:PORT; the default is one of its own")
    parser.add_argument("--attempts", type=int, default=2, help="calls until no cell is red; the default is 2")
    parser.add_argument("--out", help="folder for the table, the recordings and what every client said")
    return parser.parse_args()


def clips(folder):
    made = {}
    for text in (QUESTION, LONG, INTERRUPTING):
        made[text] = os.path.join(folder, text.replace(" ", "_") + ".wav")
        subprocess.run(["flite", "-voice", "rms", "-t", text, "-o", made[text]], check=True)
    return made


class Runs:
    """Every client in a process of its own, in its own environment."""

    def __init__(self, folder):
        self.folder, self.clips, self.ears = folder, clips(folder), Ears(folder)

    def run(self, entry, url, log, knock=False, tools=False):
        plan = dict(
            url=url, folder=self.folder, name=entry.name, clips=self.clips, question=QUESTION, long=LONG,
            interrupting=INTERRUPTING, text=TEXTS.get(entry.protocol, TEXT_ASKED), knock=knock,
            tools=tools, tool_text=TOOL_ASKED)
        seconds = KNOCK_SECONDS_MAX if knock else CALL_SECONDS_MAX
        return self.script(entry.environment, f"{entry.name}.py", [json.dumps(plan)], log, seconds)

    def script(self, environment, script, arguments, log, seconds):
        """The notes of a script in an environment."""
        command = [f".interop/{environment}/bin/python", f"{HERE}/{script}", *arguments]
        log = f"{self.folder}/{log}.log"
        with open(log, "w") as file:
            try:
                subprocess.run(command, stdout=file, stderr=subprocess.STDOUT, timeout=seconds)
            except subprocess.TimeoutExpired:
                say(f"{script} did not end within {seconds} s and was ended")
        with open(log) as file:
            return read_notes(file.read())

    def validate(self, protocol, url):
        """What a whole session with all its errors is answered, and how each client's own types read it."""
        events = f"{self.folder}/{protocol}.jsonl"
        if os.path.exists(events):
            os.remove(events)
        plan = dict(
            url=url, folder=self.folder, clips=self.clips, question=QUESTION, long=LONG, interrupting=INTERRUPTING, events=events)
        notes = self.script("openai", f"probe_{protocol}.py", [json.dumps(plan)], f"probe_{protocol}", CALL_SECONDS_MAX)
        faults = [note["text"] for note in notes if note["event"] == "fault"]
        if not any(note["event"] == "probed" for note in notes):
            faults.append(f"the session broke off, see {self.folder}/probe_{protocol}.log")
        results = [(protocol, "answers as documented", Cell(not faults, "; ".join(faults)))]
        for environment, types in TYPES[protocol]:
            notes = self.script(environment, "parse.py", [types, events], f"parse_{types}", PARSE_SECONDS_MAX)
            results.append((protocol, types, self.parsed(notes, types)))
        return results

    def parsed(self, notes, types):
        if not notes:
            return Cell(False, f"the parser broke off, see {self.folder}/parse_{types}.log")
        counts, faults = notes[-1]["counts"], notes[-1]["faults"]
        return Cell(not faults, "; ".join(faults) or f"{sum(counts.values())} events of {len(counts)} types")

    def tool(self, entry, server, attempt):
        """A call in which the client offers a function."""
        notes, samples = self.recorded(entry, server, f"{entry.name}-tool-{attempt + 1}", tools=True)
        return Judge(entry, notes, samples, self.ears).tool()

    def call(self, entry, server, attempt):
        notes, samples = self.recorded(entry, server, f"{entry.name}-{attempt + 1}")
        return Judge(entry, notes, samples, self.ears).cells(server.is_empty())

    def recorded(self, entry, server, log, tools=False):
        """A call's notes, and what it played."""
        path = f"{self.folder}/{entry.name}.wav"
        if os.path.exists(path):
            os.remove(path)
        notes = self.run(entry, server.url, log, tools=tools)
        samples = array.array("h", read_wave(path, RATE)) if os.path.exists(path) else array.array("h")
        return notes, samples

    def knock(self, entry, full):
        guest, before = Guest(full.url), full.metric("duet_admission_rejected_total")
        try:
            notes = self.run(entry, full.url, f"{entry.name}-refused", knock=True)
            return refused(notes, int(full.metric("duet_admission_rejected_total") - before))
        finally:
            guest.leave()
            full.is_empty()


def row(runs, entry, server, full, attempts):
    if not os.path.exists(f".interop/{entry.environment}/bin/python"):
        return [Cell(False, "not installed, see .interop/*.log")] + [Cell(False, "")] * (len(BEHAVIOURS) - 1)
    for attempt in range(attempts):
        cells = runs.call(entry, server, attempt)
        if not any(cell.good is False for cell in cells):
            break
        say(f"{entry.name}, call {attempt + 1} of {attempts}: " + "; ".join(
            f"{behaviour}: {cell}" for behaviour, cell in zip(BEHAVIOURS, cells) if cell.good is False))
    if attempt:
        cells[0].why += f", call {attempt + 1}"
    return cells + [runs.knock(entry, full)]


def tool_cells(runs, folder, a):
    """Every client that has tools, with a server whose text model has a script."""
    entries = [entry for entry in CLIENTS if entry.has_tools and entry.name in a.only]
    if not entries:
        entries = [entry for entry in CLIENTS if entry.has_tools]
    mind, cells = ScriptedMind(), []
    threading.Thread(target=mind.serve_forever, daemon=True).start()
    server = Server(options=["--mind", mind.url, "--mind-model", "scripted"], log=f"{folder}/mind.log")
    try:
        for entry in entries:
            for attempt in range(a.attempts):
                cell = runs.tool(entry, server, attempt)
                if cell.good:
                    break
            cells.append((entry.protocol, entry.label, cell))
            say(f"{entry.name}, tool: {cell}")
    finally:
        server.stop()
        mind.shutdown()
    return cells


def flat(cell):
    return str(cell).replace("|", "/").replace("\n", " ")


def validation(results, head="| validates | read by | |"):
    if not results:
        return ""
    lines = [head, "|---|---|---|"]
    return "\n".join(lines + [f"| {protocol} | {types} | {flat(cell)} |" for protocol, types, cell in results])


def table(rows):
    if not rows:
        return ""
    lines = ["| client | protocol | " + " | ".join(BEHAVIOURS) + " |", "|---" * (2 + len(BEHAVIOURS)) + "|"]
    for entry, cells in rows:
        lines.append("| " + " | ".join([entry.label, entry.protocol, *map(flat, cells)]) + " |")
    return "\n".join(lines)


def main():
    a = options()
    folder = a.out or tempfile.mkdtemp(prefix="interop-")
    os.makedirs(folder, exist_ok=True)
    runs, rows, validated, called, servers = Runs(folder), [], [], [], []
    try:
        server = Server(a.url, log=f"{folder}/server.log")
        servers.append(server)
        full = Server(options=["--sessions-max", "1", "--workers", "1", "--phases", "1"], log=f"{folder}/full.log")
        servers.append(full)
        for entry in CLIENTS:
            if entry.name in a.only:
                rows.append((entry, row(runs, entry, server, full, a.attempts)))
                say(f"{entry.name}: {' · '.join(map(str, rows[-1][1]))}")
        if "validates" in a.only:
            for protocol in TYPES:
                results = runs.validate(protocol, server.url)
                if a.attempts > 1 and any(cell.good is False for _, _, cell in results):
                    say(f"{protocol}, once more: {' · '.join(str(cell) for _, _, cell in results)}")
                    results = runs.validate(protocol, server.url)
                validated += results
                say(f"{protocol} validates: {' · '.join(str(v[2]) for v in validated if v[0] == protocol)}")
        if "tools" in a.only:
            called = tool_cells(runs, folder, a)
    finally:
        for server in servers:
            server.stop()
    tools = validation(called, "| protocol | client | calls a tool and speaks of its result |")
    text = "\n\n".join(part for part in (table(rows), validation(validated), tools) if part)
    print(text)
    with open(f"{folder}/interop.md", "w") as file:
        file.write(text + "\n")
    red = sum(cell.good is False for cells in [*[cells for _, cells in rows], [v[2] for v in validated + called]] for cell in cells)
    say(f"{red} red cells; recordings and logs in {folder}")
    sys.exit(red > 0)


if __name__ == "__main__":
    main()
