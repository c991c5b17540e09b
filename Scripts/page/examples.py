"""Whether every example of the page is understood: in every voice of the synthesizers, and typed."""

import argparse
import asyncio
import collections
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).parents[2]
PAGE = ROOT / "Sources/Service/Page"
VOICES = [("flite", name) for name in ("kal", "awb", "rms", "slt")] + [
    ("espeak-ng", "gmw/" + name)
    for name in ("en-US", "en-GB-x-rp", "en-US+f3", "en-US+david", "en-GB-scotland+linda", "en-US+Alicia")]
ANSWER_SECONDS_MAX = 30
TYPED_ATTEMPTS, TYPED_AT_ONCE, REFUSALS_MAX = 2, 3, 10

sys.path[:0] = [str(ROOT / "Scripts/clients"), str(ROOT / "Scripts/soaking")]
from link import TEXT, Link, Refused  # noqa: E402
from link import text as frame_of  # noqa: E402
from servers import Server  # noqa: E402


def examples():
    """What examples.js holds: behind its first `=` it is JSON."""
    text = (PAGE / "examples.js").read_text()
    return json.loads(text[text.index("= [") + 2 : text.rindex("]") + 1])


def spoken(text):
    return re.sub(r"[^a-z ]", "", text.lower())


def voice(synthesizer, name):
    more = {"stretch": 1.0} if synthesizer == "flite" else {"pitch": 50, "rate": 150, "range": 50}
    return {"synthesizer": synthesizer, "name": name} | more


def is_right(example, said):
    return re.fullmatch(example["answer"], said) is not None


def spoken_failures(all_examples, folder):
    """Holds one conversation for each example and voice, on a virtual clock."""
    scenes = []
    for example in all_examples:
        for synthesizer, name in VOICES:
            turn = {"say": spoken(example["say"]), "role": "request", "kind": example["say"]}
            scenes.append({
                "id": f"turn-taking/{len(scenes):03d}", "group": name, "voice": voice(synthesizer, name), "level": -24,
                "floor": -62, "turns": [turn]})
    pathlib.Path(f"{folder}/script.json").write_text(json.dumps({"format": 1, "suites": {"turn-taking": scenes}}))
    subprocess.run(
        [os.environ["DUET"], "eval", "--script", f"{folder}/script.json", "--recognized", "0", "--out", folder],
        check=True, stdout=subprocess.DEVNULL, timeout=300)
    rows = json.loads(pathlib.Path(f"{folder}/report.json").read_text())["rows"]
    by_text = {example["say"]: example for example in all_examples}
    if collections.Counter(row["kind"] for row in rows) != {text: len(VOICES) for text in by_text}:
        raise SystemExit("examples: the evaluation did not hold every conversation")
    return [
        f"{row['group']}: “{row['kind']}” was heard as “{row['transcript']}” and answered “{row['said']}”"
        for row in rows if not is_right(by_text[row["kind"]], row["said"])]


async def typed_answer(port, text):
    """What a session of its own says to a text."""
    events = []

    def take(kind, payload):
        if kind == TEXT:
            events.append(json.loads(payload))

    def answers():
        return [event["text"] for event in events if event["type"] == "session.output_transcript.done"]

    link = await Link.open(port, "/v1/duplex", take)
    await link.send(frame_of({"type": "session.start"}))
    await link.until(lambda: any(event["type"] == "session.started" for event in events), ANSWER_SECONDS_MAX)
    # Wait as the page does; see SETTLE_MS in talk.js.
    await asyncio.sleep(1)
    await link.send(frame_of({"type": "session.tell", "text": text}))
    await link.until(answers, ANSWER_SECONDS_MAX)
    await link.send(frame_of({"type": "session.close"}))
    await link.until(lambda: False, 2)
    return answers()[0] if answers() else ""


async def typed_failures(all_examples, port):
    """In real time. A server beside other programs may skip a slice, so each may fail once, and it refuses sessions while it is late."""
    places = asyncio.Semaphore(TYPED_AT_ONCE)

    async def answer(text):
        async with places:
            for _ in range(REFUSALS_MAX):
                try:
                    return await typed_answer(port, text)
                except Refused as refusal:
                    why = f"{refusal}"
                    await asyncio.sleep(2)
            return why

    wrong = {example["say"]: None for example in all_examples}
    for _ in range(TYPED_ATTEMPTS):
        tried = [example for example in all_examples if example["say"] in wrong]
        said = await asyncio.gather(*[answer(example["say"]) for example in tried])
        wrong = {example["say"]: text for example, text in zip(tried, said) if not is_right(example, text)}
    return [f"“{text}”, typed, was answered “{said}”" for text, said in wrong.items()]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.parse_args()
    begun, all_examples = time.monotonic(), examples()
    with tempfile.TemporaryDirectory() as folder:
        failures = spoken_failures(all_examples, folder)
        server = Server(options=("--workers", "1", "--sessions-max", "16"), log=f"{folder}/server.log")
        try:
            failures += asyncio.run(typed_failures(all_examples, int(server.url.rsplit(":", 1)[1])))
        finally:
            server.stop()
    for failure in failures:
        print(f"examples: {failure}")
    seconds = time.monotonic() - begun
    print(f"examples: {len(all_examples)}, in {len(VOICES)} voices and typed, {len(failures)} wrong, {seconds:.0f} s")
    raise SystemExit(1 if failures else 0)


if __name__ == "__main__":
    main()
