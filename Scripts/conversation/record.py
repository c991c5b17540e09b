"""Records a conversation with duet-1 for docs/conversation.md.

    python record.py [OUT]    DUET=FILE is the executable; OUT is docs by default

`duet talk` holds the conversation of scene.json on a virtual clock. The user's side are recordings of people (Picovoice, Apache-2.0, held out of all
training; one word of PhilippMatthes/dc_tts, Apache-2.0), which Scripts/fetch-weights fetches. Writes conversation.ogg (the user left, Duet right; opusenc), conversation.svg and the
transcript between the marks of conversation.md.
"""

import array
import json
import os
import re
import subprocess
import sys
import tempfile
import wave

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "../..")
DUET = os.environ.get("DUET", os.path.join(ROOT, ".build/release/duet"))
INSTRUCTIONS = "You are a friendly barista who takes orders for coffee."
ROW_SECONDS, LEFT, SCALE, LANE, ROW = 19.0, 56, 60.0, 56, 214
COLOURS = {"you": "#2563eb", "Duet": "#c2410c", "event": "#57534e", "latency": "#15803d"}


def hold(folder):
    """Samples of both sides, their rate, and the text messages."""
    subprocess.run(
        [DUET, "talk", os.path.join(HERE, "scene.json"), "--model", "Models/duet-1", "--mind-instructions", INSTRUCTIONS,
         "--out", f"{folder}/both.wav", "--json", f"{folder}/events.jsonl"], check=True, cwd=ROOT)
    with wave.open(f"{folder}/both.wav") as file:
        samples = array.array("h", file.readframes(file.getnframes()))
        rate = file.getframerate()
    with open(f"{folder}/events.jsonl") as file:
        return (samples[0::2], samples[1::2]), rate, [json.loads(line) for line in file]


def spans(samples, rate, level, pause):
    """Stretches louder than `level` of full scale."""
    frame, found = rate // 100, []
    for i in range(len(samples) // frame):
        part = samples[i * frame : (i + 1) * frame]
        if (sum(x * x for x in part) / frame) ** 0.5 / 32768 > level:
            if found and i / 100 - found[-1][1] < pause:
                found[-1][1] = (i + 1) / 100
            else:
                found.append([i / 100, (i + 1) / 100])
    return found


def words(events):
    """(side, text, seconds) of each piece of the transcripts."""
    sides = {"session.input_transcript.delta": "you", "session.output_transcript.delta": "Duet"}
    for event in events:
        if event["type"] in sides:
            yield sides[event["type"]], event["delta"].strip(), event["start_ms"] / 1000, event["end_ms"] / 1000


def escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;")


def label(x, y, text, colour, size=11, anchor="start", weight=400):
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" text-anchor="{anchor}" font-weight="{weight}">{escape(text)}</text>'


def wave_path(samples, rate, first, last, x, middle):
    step, parts = rate // 40, []
    for at in range(int(first * rate), min(int(last * rate), len(samples)), step):
        peak = max(map(abs, samples[at : at + step]), default=0) / 12000
        half = min(1, peak) * (LANE / 2 - 3)
        if half > 0.4:
            parts.append(f"M{x(at / rate):.1f} {middle - half:.1f}h1.2v{2 * half:.1f}h-1.2z")
    return "".join(parts)


def draw(sides, rate, events, marks):
    seconds = len(sides[0]) / rate
    rows, out = int((seconds - 1) // ROW_SECONDS) + 1, []
    width, height = LEFT + ROW_SECONDS * SCALE + 16, 34 + rows * ROW
    out.append(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" width="{width:.0f}" height="{height}" font-family="system-ui, sans-serif">'
        '<rect width="100%" height="100%" fill="#fbfbfa"/>')
    out.append(label(16, 22, "A conversation with duet-1", "#1c1917", 15, weight=600))
    for row in range(rows):
        first, last = row * ROW_SECONDS, (row + 1) * ROW_SECONDS
        top = 34 + row * ROW
        x = lambda t: LEFT + (t - first) * SCALE
        lanes = {"you": top + 30, "Duet": top + 30 + LANE + 34}
        for second in range(int(first), int(last) + 1):
            if second <= seconds:
                out.append(f'<path d="M{x(second):.1f} {top + 26}V{top + 34 + 2 * LANE + 34}" stroke="#e7e5e4"/>')
                out.append(label(x(second), top + 48 + 2 * LANE + 34, f"{second} s", "#78716c", 10, "middle"))
        for (name, y), samples in zip(lanes.items(), sides):
            colour = COLOURS[name]
            out.append(label(LEFT - 8, y + LANE / 2 + 4, name, colour, 12, "end", 600))
            end = min(last, seconds)
            out.append(f'<path d="M{LEFT} {y + LANE / 2}H{x(end):.1f}" stroke="{colour}" stroke-opacity="0.3"/>')
            out.append(f'<path d="{wave_path(samples, rate, first, last, x, y + LANE / 2)}" fill="{colour}" fill-opacity="0.75"/>')
        free = {"you": 0.0, "Duet": 0.0}
        for side, text, start, end in words(events):
            # The user's words come as a whole, when the turn is over: they stand where the turn began.
            at = marks["turns"].get(text, start) if side == "you" else start
            if first <= at < last:
                size = len(text) * (5.6 if side == "you" else 5.0) + 7
                place = min(max(x(at), free[side]), width - size)
                out.append(label(place, lanes[side] - (17 if place < free[side] else 5), text, COLOURS[side], 10))
                free[side] = place + size
        for at, text in marks["events"]:
            if first <= at < last:
                out.append(f'<path d="M{x(at):.1f} {lanes["you"]}V{lanes["Duet"] + LANE}" stroke="{COLOURS["event"]}" stroke-dasharray="3 3"/>')
                below = lanes["Duet"] + LANE - 2 if text.startswith("stops") else lanes["you"] + LANE + 20
                out.append(label(x(at) + 3, below, text, COLOURS["event"], 10, weight=600))
        for at, delay in marks["latencies"]:
            if first <= at < last:
                y = lanes["you"] + LANE + 5
                out.append(f'<path d="M{x(at):.1f} {y - 4}v8M{x(at):.1f} {y}H{x(at + delay):.1f}m0 -4v8" stroke="{COLOURS["latency"]}" fill="none" stroke-width="1.4"/>')
                out.append(label(x(at + delay) + 4, y + 4, f"{delay * 1000:.0f} ms", COLOURS["latency"], 10, weight=600))
    return "\n".join(out + ["</svg>", ""])


def transcript(events):
    lines = []
    for event in events:
        kind = event["type"]
        if kind == "session.input_transcript.done" and event["text"].strip():
            lines.append((event["start_ms"], "you", event["text"].strip()))
        elif kind == "session.output_transcript.done":
            lines.append((event["start_ms"], "Duet", event["text"].strip() + (" … (interrupted)" if event.get("interrupted") else "")))
    return "\n".join(["| | | |", "|---|---|---|"] + [f"| {at / 1000:.1f} s | {who} | {text} |" for at, who, text in sorted(lines)])


def find_marks(sides, rate, events):
    """What the picture names: the user's stretches of speech in the scene's order, and what became of them."""
    with open(os.path.join(HERE, "scene.json")) as file:
        turns = json.load(file)["suites"]["people-turns"][0]["turns"]
    user, duet = spans(sides[0], rate, 0.012, 0.45), spans(sides[1], rate, 0.004, 0.35)
    marks = {"events": [], "latencies": [], "turns": {}}
    stretches = iter(user)
    for turn in turns:
        start, end = next(stretches)
        name = turn.get("role")
        if name in ("back-channel", "interruption"):
            marks["events"].append((start, name))
        if "pause" in turn:
            marks["events"].append((end, "hesitation"))
            end = next(stretches)[1]
        if name == "interruption":
            stop = next(e for s, e in duet if e > start)
            marks["events"].append((stop, f"stops after {1000 * (stop - start):.0f} ms"))
        if name != "back-channel":
            answer = next((s for s, _ in duet if s > end), None)
            # A later one is to another turn.
            if answer is not None and answer - end < 3:
                marks["latencies"].append((end, answer - end))
            done = next((e for e in events if e["type"] == "session.input_transcript.done" and e["end_ms"] / 1000 > end - 0.3), None)
            if done:
                marks["turns"][done["text"].strip()] = start
    return marks


def main(out):
    with tempfile.TemporaryDirectory() as folder:
        sides, rate, events = hold(folder)
        subprocess.run(["opusenc", "--quiet", "--bitrate", "40", f"{folder}/both.wav", f"{out}/conversation.ogg"], check=True)
    with open(f"{out}/conversation.svg", "w") as file:
        file.write(draw(sides, rate, events, find_marks(sides, rate, events)))
    page = f"{out}/conversation.md"
    with open(page) as file:
        text = file.read()
    text = re.sub(r"(?s)(<!-- transcript -->\n).*(<!-- end -->)", lambda m: m[1] + transcript(events) + "\n" + m[2], text)
    with open(page, "w") as file:
        file.write(text)


if __name__ == "__main__":
    main(os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else os.path.join(ROOT, "docs")))
