"""A whole Live session and all that can be done wrong in one, kept for the SDK's own types to read."""

import asyncio
import base64
import json
import sys

from probe import Probe, joined, new_call

PATH = "/v1/live/sessions"
KINDS = (
    "session.started session.updated session.input_audio.muted session.input_audio.unmuted session.output_audio.delta "
    "session.input_transcript.delta session.output_transcript.delta session.commentary.appended session.instructions.appended "
    "session.thinking.appended session.usage.updated session.closed error info").split()
# Messages before the session starts, and the errors that they get.
EARLY = [
    ("{", "invalid_json"), ("[]", "invalid_json"), ('"text"', "invalid_json"), (b"\0\0", None),
    ({"type": "session.close"}, "session_not_started"), ({"type": "x"}, "session_not_started"),
    ({"type": "session.input_audio.append", "audio": ""}, "session_not_started")]
# Messages within a session: each gets this error with the client's event id, and the session goes on.
WRONG = [
    ({"type": "session.start", "session": {}}, "session_already_started"),
    ({"type": "x.y"}, "unknown_event"), ({}, "unknown_event"),
    ({"type": None}, "unknown_event"), ({"type": 7}, "invalid_value"), ({"type": ["session.close"]}, "invalid_value"),
    ({"type": "response.create"}, "unsupported_event"), ({"type": "response.item.create", "item": {}}, "unsupported_event"),
    ({"type": "decision.create"}, "unsupported_event"), ({"type": "decision.item.delete", "item_id": "a"}, "unsupported_event"),
    ({"type": "session.update", "session": {"audio": {}}}, "immutable_value"),
    ({"type": "session.update", "session": {"delegation": {"type": "responses"}}}, "unsupported_value"),
    ({"type": "session.commentary.append"}, "invalid_value"),
    ({"type": "session.commentary.append", "content": 5}, "invalid_value"),
    ({"type": "session.thinking.append", "content": "a" * 4001}, "invalid_value")]
# The same for messages without an event id.
WRONG_BARE = [
    ("{", "invalid_json"), ("[1]", "invalid_json"), ("null", "invalid_json"), ("", "invalid_json"), ("{" * 600, "invalid_json"),
    ({"type": "session.input_audio.append", "audio": "?"}, "invalid_audio"),
    ({"type": "session.input_audio.append", "audio": 5}, "invalid_audio"),
    ({"type": "session.input_audio.append"}, "invalid_audio"), (b"\1\2\3", "invalid_message")]


async def begin(plan, rate, form):
    probe = Probe(new_call(plan, rate), "session.input_audio.append")
    await probe.open(plan["url"] + PATH)
    return probe, {"type": "session.start", "event_id": "first", "session": {
        "model": "duet-mini", "audio": {"format": form}, "delegation": {"type": "client"}}}


async def end(probe, plan):
    await probe.hush()
    closed = await probe.ask({"type": "session.close"}, "session.closed", {"reason": "close_requested"})
    await asyncio.sleep(0.3)
    probe.expect(probe.ended == 1000 and probe.events[-1] is closed, f"closed with {probe.ended} behind {probe.events[-1]['type']}")
    probe.save(plan["events"])


async def formats(plan):
    """The four formats: a slice of 80 ms has so many bytes."""
    for form, size in [
        ({"type": "audio/pcm", "rate": 16000}, 2560), ({"type": "audio/pcm", "rate": 24000}, 3840), ({"type": "audio/pcmu"}, 640),
        ({"type": "audio/pcma", "rate": 8000}, 640)]:
        probe, start = await begin(plan, 24000, form)
        await probe.ask(start, "session.started", {"client_event_id": "first", "session.audio.format.type": form["type"]})
        delta = await probe.wait(lambda e: e["type"] == "session.output_audio.delta")
        length = len(base64.b64decode(delta["delta"])) if delta else 0
        probe.expect(length == size, f"{form}: a slice of {length} bytes")
        await end(probe, plan)


async def session(plan):
    probe, start = await begin(plan, 24000, {"type": "audio/pcm", "rate": 24000})
    for event, expected in EARLY:
        if expected:
            await probe.ask(event, expected)
    wrong = json.loads(json.dumps(start))
    wrong["session"]["audio"]["format"]["rate"] = 44100
    await probe.ask(wrong, "unsupported_value", {"error.param": "session.audio.format"})
    wrong = {**start, "session": {"model": "m", "delegation": {"type": "responses"}}}
    await probe.ask(wrong, "unsupported_value", {"error.param": "session.delegation.type"})
    await probe.ask(start, "session.started", {"client_event_id": "first", "session.status": "active"})
    probe.speak()
    for number, (event, expected) in enumerate(WRONG):
        name = f"wrong{number}"
        await probe.ask({**event, "event_id": name}, expected, {"error.client_event_id": name})
        await asyncio.sleep(0.05)
    for event, expected in WRONG_BARE:
        await probe.ask(event, expected)
        await asyncio.sleep(0.05)
    await talk(probe, plan)
    await end(probe, plan)
    for kind in KINDS:
        probe.expect(any(event["type"] == kind for event in probe.events), f"no {kind} in the whole session")


async def talk(probe, plan):
    """After all that was wrong it is a session as any other."""
    call = probe.call
    # The silence ends the turn that the noise above may have started.
    await asyncio.sleep(1.5)
    since = len(probe.events)
    await call.say(plan["question"])
    await asyncio.sleep(3.5)
    heard, said = (joined(probe.events[since:], f"session.{way}_transcript.delta") for way in ("input", "output"))
    probe.expect(heard == plan["question"], f"heard “{heard}”")
    probe.expect(said == "tuesday comes after monday", f"said “{said}”")
    await probe.ask({"type": "session.input_audio.mute", "event_id": "m"}, "session.input_audio.muted", {"client_event_id": "m"})
    since = len(probe.events)
    await call.say(plan["question"])
    await asyncio.sleep(1.5)
    heard = joined(probe.events[since:], "session.input_transcript.delta")
    probe.expect(not heard, f"heard “{heard}” though muted")
    await probe.ask({"type": "session.input_audio.unmute"}, "session.input_audio.unmuted")
    update = {"type": "session.update", "event_id": "u", "session": {"delegation": {"type": "client"}}}
    await probe.ask(update, "session.updated", {"client_event_id": "u"})
    for kind in ("instructions", "thinking", "commentary"):
        event = {
            "type": f"session.{kind}.append", "event_id": kind, "content": "sunday comes after saturday",
            "delegation_id": None}
        await probe.ask(event, f"session.{kind}.appended", {"client_event_id": kind})
    spoken = lambda: joined(probe.events, "session.output_transcript.delta")
    await call.until(lambda: spoken().endswith("sunday comes after saturday"), 6)
    probe.expect(spoken().endswith("sunday comes after saturday"), f"commentary said as “{spoken()}”")
    await call.say(plan["long"])
    await asyncio.sleep(2.5)
    await call.say(plan["interrupting"])
    await asyncio.sleep(3.5)
    probe.expect(await probe.wait(lambda e: e["type"] == "session.usage.updated", 12), "no session.usage.updated")


async def main():
    plan = json.loads(sys.argv[1])
    await formats(plan)
    await session(plan)
    print(json.dumps({"at": 0, "event": "probed"}))


asyncio.run(main())
