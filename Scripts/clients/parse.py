"""Server events as a client's own types read them.  parse.py openai-live|openai-realtime|agents|pipecat-live|pipecat-realtime FILE

Prints a JSON line: how many events of which type, and what is wrong with them.
"""

import json
import sys
import typing

# Fields that the SDK's types lack but its clients use: the types describe Realtime's session as the client requests it.
UNNAMED = {"session.created": {"id", "object", "expires_at"}, "session.updated": {"id", "object", "expires_at"}}


def by_type(union):
    """The models of a union, by the one type that each admits."""
    union = typing.get_args(union)[0] if typing.get_origin(union) is typing.Annotated else union
    return {typing.get_args(model.model_fields["type"].annotation)[0]: model for model in typing.get_args(union)}


def unnamed(value, path=""):
    """Fields that no type names, at any depth."""
    if isinstance(value, list):
        for item in value:
            yield from unnamed(item, path)
    elif hasattr(value, "model_extra"):
        for name in value.model_extra or {}:
            yield path + name
        for name in type(value).model_fields:
            yield from unnamed(getattr(value, name), f"{path}{name}.")


def sdk(models):
    """OpenAI's types: the one model that has the event's type, no number for a text, no field that it does not name."""

    def parse(line):
        kind = json.loads(line)["type"]
        if kind not in models:
            raise ValueError(f"no event has the type {kind}")
        allowed = {f"session.{name}" for name in UNNAMED.get(kind, ())}
        extra = set(unnamed(models[kind].model_validate_json(line, strict=True))) - allowed
        if extra:
            raise ValueError(f"unknown fields {sorted(extra)}")

    return parse


def parser(name):
    match name:
        case "openai-live":
            from openai.types.live.server_event import ServerEvent

            return sdk(by_type(ServerEvent))
        case "openai-realtime":
            from openai.types.realtime.realtime_server_event import RealtimeServerEvent

            return sdk(by_type(RealtimeServerEvent))
        case "agents":
            from agents.realtime.openai_realtime import get_server_event_type_adapter

            return lambda line: get_server_event_type_adapter().validate_python(json.loads(line))
        case "pipecat-live":
            from pipecat.services.openai.live import events
        case "pipecat-realtime":
            from pipecat.services.openai.realtime import events
    return events.parse_server_event


def is_of_interest(event, name):
    """Pipecat opens no transcription session, and has no type for one."""
    return name != "pipecat-realtime" or (event.get("session") or {}).get("type") != "transcription"


def main():
    parse, counts, faults = parser(sys.argv[1]), {}, {}
    with open(sys.argv[2]) as file:
        for line in file:
            event = json.loads(line)
            if not is_of_interest(event, sys.argv[1]):
                continue
            kind = event.get("type")
            counts[kind] = counts.get(kind, 0) + 1
            try:
                parse(line)
            except Exception as error:
                faults.setdefault(kind, f"{kind}: {' '.join(str(error).split())[:300]} in {line.strip()[:200]}")
    print(json.dumps({"at": 0, "event": "parsed", "counts": counts, "faults": list(faults.values())}))


main()
