"""Whole Realtime sessions and all that can be done wrong in one, kept for the SDK's own types to read."""

import asyncio
import json
import sys

from probe import Probe, at, joined, new_call

PATH = "/v1/realtime?model=duet-mini"
# Events that clients wait for, in this order; transcriptions arrive in between.
ANSWER = (
    "input_audio_buffer.speech_started input_audio_buffer.speech_stopped input_audio_buffer.committed conversation.item.added "
    "conversation.item.done response.created response.output_item.added conversation.item.added response.content_part.added "
    "response.output_audio_transcript.delta response.output_audio.delta response.output_audio.done "
    "response.output_audio_transcript.done response.content_part.done conversation.item.done response.output_item.done "
    "response.done").split()
# Events that a session must have sent by its end.
KINDS = {*ANSWER} | set(
    "session.created session.updated input_audio_buffer.cleared conversation.item.retrieved conversation.item.deleted "
    "conversation.item.truncated conversation.item.input_audio_transcription.delta "
    "conversation.item.input_audio_transcription.completed response.output_text.delta response.output_text.done error".split())
BESIDE = "conversation.item.input_audio_transcription."


def update(session):
    return {"type": "session.update", "session": session}


# Each gets this error with the event's id, and the session goes on.
WRONG = [
    ({"type": "x.y"}, "invalid_value"), ({}, "invalid_value"), ({"type": 7}, "invalid_type"), ({"type": None}, "invalid_value"),
    ({"type": "session.update"}, "missing_required_parameter"), (update({"type": "x"}), "invalid_value"),
    (update({"type": "realtime", "audio": {"input": {"turn_detection": {"type": "x"}}}}), "invalid_value"),
    (update({"audio": {"input": {"format": {"type": "audio/pcm", "rate": 16000}}}}), "invalid_value"),
    (update({"audio": {"output": {"format": {"type": "audio/opus"}}}}), "invalid_value"),
    ({"type": "input_audio_buffer.commit"}, "input_audio_buffer_commit_empty"),
    ({"type": "conversation.item.create"}, "missing_required_parameter"),
    ({"type": "conversation.item.create", "item": {"type": "x"}}, "invalid_value"),
    ({"type": "conversation.item.create", "item": {"type": "message", "role": "x", "content": []}}, "invalid_value"),
    ({"type": "conversation.item.retrieve", "item_id": "nobody"}, "item_retrieve_invalid_item_id"),
    ({"type": "conversation.item.retrieve"}, "item_retrieve_invalid_item_id"),
    ({"type": "conversation.item.delete", "item_id": "nobody"}, "item_delete_invalid_item_id"),
    ({"type": "conversation.item.truncate", "item_id": "nobody", "content_index": 0, "audio_end_ms": 0},
     "item_truncate_invalid_item_id"),
    ({"type": "response.cancel"}, "response_cancel_not_active")]
WRONG_BARE = [
    ("{", "invalid_json"), ("[]", "invalid_json"), ("null", "invalid_json"), ("", "invalid_json"), ("{" * 600, "invalid_json"),
    ({"type": "input_audio_buffer.append", "audio": "?"}, "invalid_value"),
    ({"type": "input_audio_buffer.append"}, "missing_required_parameter"),
    ({"type": "input_audio_buffer.append", "audio": 5}, "invalid_type"), (b"\0\1", "invalid_message")]


def said(text, **fields):
    return {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}], **fields}


def spoken(events):
    return joined(events, "response.output_audio_transcript.delta")


async def begin(plan, asked):
    probe = Probe(new_call(plan, 24000), "input_audio_buffer.append")
    await probe.open(plan["url"] + PATH)
    created = await probe.wait(lambda e: e["type"] == "session.created")
    probe.expect(created and probe.events[0] is created, "session.created is not the first event")
    await probe.ask(update({"type": "realtime", **asked}), "session.updated")
    return probe


async def end(probe, plan):
    await probe.hush()
    await probe.socket.close()
    await asyncio.sleep(0.3)
    probe.expect(probe.ended == 1000, f"closed with {probe.ended}")
    probe.save(plan["events"])


def heard_input(**fields):
    return {"audio": {"input": {"transcription": {"model": "duet-mini"}, **fields}}}


async def session(plan):
    probe = await begin(plan, heard_input(turn_detection={"type": "semantic_vad"}))
    for number, (event, expected) in enumerate(WRONG):
        name = f"wrong{number}"
        await probe.ask({**event, "event_id": name}, expected, {"error.event_id": name})
        await asyncio.sleep(0.05)
    for event, expected in WRONG_BARE:
        await probe.ask(event, expected)
        await asyncio.sleep(0.05)
    probe.speak()
    await asyncio.sleep(1.5)
    await question(probe, plan)
    await items(probe)
    await responses(probe)
    await interruption(probe, plan)
    await end(probe, plan)
    missing = KINDS - {event["type"] for event in probe.events}
    probe.expect(not missing, f"in the whole session no {sorted(missing)}")


async def question(probe, plan):
    """A spoken question, and the whole of what clients wait for."""
    since = len(probe.events)
    await probe.call.say(plan["question"])
    done = await probe.wait(lambda e: e["type"] == "response.done", 8, since)
    probe.expect(at(done or {}, "response.status") == "completed", f"response.done: {json.dumps(done)}")
    order = []
    for event in probe.events[since:]:
        if not event["type"].startswith(BESIDE) and event["type"] not in order[-2:]:
            order.append(event["type"])
    probe.expect(order == ANSWER, f"order: {order}")
    transcript = [e["transcript"] for e in probe.events[since:] if e["type"] == BESIDE + "completed"]
    probe.expect(transcript == [plan["question"]], f"heard {transcript}")
    probe.expect(spoken(probe.events[since:]) == "tuesday comes after monday", f"said “{spoken(probe.events[since:])}”")
    await asyncio.sleep(0.5)


async def items(probe):
    create = {"type": "conversation.item.create", "item": said("what day comes after saturday", id="mine")}
    await probe.ask(create, "conversation.item.done", {"item.id": "mine", "item.content": create["item"]["content"]})
    await probe.ask({**create, "event_id": "again"}, "item_create_duplicate_item_id", {"error.event_id": "again"})
    await probe.ask({"type": "conversation.item.retrieve", "item_id": "mine"}, "conversation.item.retrieved", {"item.id": "mine"})
    output = {"type": "function_call_output", "call_id": "call_1", "output": "{}"}
    await probe.ask({"type": "conversation.item.create", "item": output}, "conversation.item.done", {"item.call_id": "call_1"})
    first = {"type": "conversation.item.create", "previous_item_id": "root", "item": said("gone", id="first")}
    await probe.ask(first, "conversation.item.added", {"item.id": "first", "previous_item_id": None})
    await probe.ask({"type": "conversation.item.delete", "item_id": "first"}, "conversation.item.deleted", {"item_id": "first"})
    answer = next(e["item"]["id"] for e in probe.events if e["type"] == "response.output_item.done")
    truncate = {"type": "conversation.item.truncate", "item_id": answer, "content_index": 0, "audio_end_ms": 400}
    await probe.ask(truncate, "conversation.item.truncated", {"item_id": answer, "audio_end_ms": 400})
    await probe.ask({"type": "input_audio_buffer.clear"}, "input_audio_buffer.cleared")


async def responses(probe):
    """The typed question is answered; one that runs refuses another, and can be cancelled; one is of text alone."""
    since = len(probe.events)
    create = {"type": "response.create", "response": {"metadata": {"client_event_id": "abc"}}}
    await probe.ask(create, "response.created", {"response.metadata.client_event_id": "abc", "response.status": "in_progress"})
    another = {"type": "response.create", "event_id": "two"}
    await probe.ask(another, "conversation_already_has_active_response", {"error.event_id": "two"})
    done = await probe.wait(lambda e: e["type"] == "response.done", 8, since)
    answer = spoken(probe.events[since:])
    probe.expect(answer == "sunday comes after saturday", f"to what was typed: “{answer}”")
    probe.expect(at(done or {}, "response.status") == "completed", f"response.done: {json.dumps(done)}")
    await asyncio.sleep(0.5)
    since = len(probe.events)
    await probe.ask({"type": "conversation.item.create", "item": said("what day comes after sunday")}, "conversation.item.done")
    await probe.ask({"type": "response.create", "response": {"output_modalities": ["text"]}}, "response.created")
    done = await probe.wait(lambda e: e["type"] == "response.done", 8, since)
    text = joined(probe.events[since:], "response.output_text.delta")
    probe.expect(text == "monday comes after sunday", f"in text: “{text}”")
    probe.expect(not joined(probe.events[since:], "response.output_audio.delta"), "a response of text has audio")
    await asyncio.sleep(0.5)
    since = len(probe.events)
    await probe.ask({"type": "conversation.item.create", "item": said("tell me a story")}, "conversation.item.done")
    await probe.ask({"type": "response.create"}, "response.created")
    await probe.wait(lambda e: e["type"] == "response.output_audio.delta", 8, since)
    await asyncio.sleep(0.5)
    await probe.ask({"type": "response.cancel"}, "response.done", {
        "response.status": "cancelled", "response.status_details.reason": "client_cancelled"})
    await asyncio.sleep(2)


async def interruption(probe, plan):
    since = len(probe.events)
    await probe.call.say(plan["long"])
    began = await probe.wait(lambda e: e["type"] == "response.output_audio.delta", 8, since)
    await asyncio.sleep(2)
    since = len(probe.events)
    await probe.call.say(plan["interrupting"])
    done = await probe.wait(lambda e: e["type"] == "response.done", 5, since)
    status = at(done or {}, "response.status")
    probe.expect(
        began and status == "cancelled" and at(done, "response.status_details.reason") == "turn_detected",
        f"when interrupted: {json.dumps(done)}")
    started = await probe.wait(lambda e: e["type"] == "input_audio_buffer.speech_started", 1, since)
    probe.expect(
        started and done and probe.events.index(started) < probe.events.index(done), "no speech_started before response.done")
    await probe.wait(lambda e: e["type"] == "response.done" and e is not done, 8, since)


async def push_to_talk(plan):
    """No turn detection: silent until it is asked."""
    probe = await begin(plan, heard_input(turn_detection=None))
    probe.speak()
    await asyncio.sleep(0.5)
    await probe.call.say(plan["question"])
    await asyncio.sleep(2)
    kinds = {e["type"] for e in probe.events}
    probe.expect(not kinds & {"response.created", "input_audio_buffer.speech_started"}, f"unasked: {sorted(kinds)}")
    await probe.ask({"type": "input_audio_buffer.commit"}, "input_audio_buffer.committed")
    await probe.ask({"type": "response.create"}, "response.created")
    await probe.wait(lambda e: e["type"] == "response.done", 8)
    probe.expect(spoken(probe.events) == "tuesday comes after monday", f"push to talk: “{spoken(probe.events)}”")
    await end(probe, plan)


async def telephone(plan):
    """G.711, one law each way, and other settings that clients ask for."""
    probe = await begin(plan, {"audio": {
        "input": {"format": {"type": "audio/pcmu"}, "noise_reduction": {"type": "near_field"}},
        "output": {"format": {"type": "audio/pcma"}, "voice": "ash", "speed": 1.0}}, "tracing": "auto"})
    updated = probe.events[-1]
    probe.expect(at(updated, "session.audio.output.format.type") == "audio/pcma", f"formats: {json.dumps(updated)}")
    await end(probe, plan)


async def transcription(plan):
    """Only what is heard is told."""
    probe = Probe(new_call(plan, 24000), "input_audio_buffer.append")
    await probe.open(plan["url"] + "/v1/realtime?intent=transcription")
    asked = {"type": "transcription", **heard_input(turn_detection={"type": "server_vad"})}
    await probe.ask(update(asked), "session.updated", {"session.type": "transcription"})
    probe.speak()
    await asyncio.sleep(0.5)
    await probe.call.say(plan["question"])
    done = await probe.wait(lambda e: e["type"] == BESIDE + "completed", 5)
    probe.expect(at(done or {}, "transcript") == plan["question"], f"transcription: {json.dumps(done)}")
    await asyncio.sleep(2)
    probe.expect(not any(e["type"].startswith("response.") for e in probe.events), "a transcription session answers")
    await probe.ask({"type": "response.create"}, "invalid_value")
    await end(probe, plan)


async def main():
    plan = json.loads(sys.argv[1])
    await telephone(plan)
    await push_to_talk(plan)
    await transcription(plan)
    await session(plan)
    print(json.dumps({"at": 0, "event": "probed"}))


asyncio.run(main())
