"""A text model with a script, as a server of OpenAI's chat completions: for exact tests of what stands between it and a client.

    python3 Scripts/clients/scripted_mind.py [--port PORT] [--words-a-second N]

It streams words. Where the user's text has "weather" and the tool `get_weather` is offered, it calls that, then says the
results. The model's name says what else it does:

    scripted    nothing else
    slow        begins after 3 s
    cut-off     closes the connection in the middle of an answer
    garbage     sends what is no event
    busy        refuses with 429
"""

import argparse
import itertools
import json
import re
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MODELS = ["scripted", "slow", "cut-off", "garbage", "busy"]
SLOW_SECONDS = 3
CUT_WORDS = 3
BODY_BYTES_MAX = 4 << 20
NUMBERS = itertools.count(1)


def text_of(message):
    """A message's text: a string, or a list of parts."""
    content = message.get("content") or ""
    return content if isinstance(content, str) else " ".join(part.get("text", "") for part in content)


def city_in(text):
    found = re.search(r"\bin ([a-z]+)", text.lower())
    return found[1] if found else "oslo"


def answer(request):
    """What to say, and the arguments of a call, either of which may be nothing."""
    messages = request["messages"]
    last = messages[-1] if messages else {"role": "system"}
    if last["role"] == "tool":
        results = itertools.takewhile(lambda message: message["role"] == "tool", reversed(messages))
        return " and ".join(text_of(message).strip('"') for message in reversed(list(results))) + ".", []
    asked = text_of(last)
    tools = {tool["function"]["name"] for tool in request.get("tools") or []}
    choice = request.get("tool_choice", "auto")
    if "weather" in asked.lower() and "get_weather" in tools and choice != "none":
        cities = re.findall(r"\bin ([a-z]+)|\band ([a-z]+)", asked.lower())
        names = ["".join(pair) for pair in cities] or ["oslo"]
        return "", [("get_weather", {"city": name}) for name in names]
    if "weather" in asked.lower() and "delegate" in tools and choice != "none":
        return "", [("delegate", {})]
    return spoken(messages, asked, last["role"]), []


def spoken(messages, asked, role):
    system = " ".join(text_of(m) for m in messages if m["role"] in ("system", "developer"))
    word = re.search(r"code word is (\w+)", system)
    if word and "code word" in asked.lower():
        return f"the code word is {word[1]}."
    if role in ("system", "developer") and len(messages) > 1:
        return asked.strip().splitlines()[-1] if asked.strip() else "hello."
    return f"you said {asked}." if role == "user" else "hello."


def chunks(model, text, calls):
    """The deltas of an answer, each as it is streamed."""
    yield {"role": "assistant", "content": ""}
    for i, word in enumerate(text.split()):
        yield {"content": word if i == 0 else " " + word}
    for place, (name, arguments) in enumerate(calls):
        written = json.dumps(arguments)
        function = {"name": name, "arguments": ""}
        yield {"tool_calls": [{"index": place, "id": f"call_{next(NUMBERS)}", "type": "function", "function": function}]}
        for i in range(0, len(written), 5):
            yield {"tool_calls": [{"index": place, "function": {"arguments": written[i : i + 5]}}]}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path != "/v1/models":
            return self.refuse(404, "not_found", "There is nothing here.")
        self.reply({"object": "list", "data": [{"id": name, "object": "model"} for name in MODELS]})

    def do_POST(self):
        length = int(self.headers.get("content-length") or 0)
        if self.path != "/v1/chat/completions" or length > BODY_BYTES_MAX:
            return self.refuse(404, "not_found", "There is nothing here, or the request is too long.")
        try:
            request = json.loads(self.rfile.read(length))
            said, calls = answer(request)
        except (ValueError, KeyError, TypeError) as fault:
            return self.refuse(400, "invalid_request", f"The request cannot be read: {fault}")
        model = request.get("model", "scripted")
        print(json.dumps({"event": "asked", "model": model, "messages": request["messages"]}), flush=True)
        if model == "busy":
            return self.refuse(429, "rate_limit_exceeded", "Too many requests.")
        if model == "slow":
            time.sleep(SLOW_SECONDS)
        try:
            self.stream(model, said, calls)
        except OSError:
            # Who asked does not want the rest.
            print(json.dumps({"event": "cancelled", "model": model}), flush=True)
            self.close_connection = True

    def stream(self, model, said, calls):
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.end_headers()
        self.close_connection = True
        if model == "garbage":
            return self.wfile.write(b"data: {\"choices\": [}\n\ndata: nonsense\n\n")
        for count, delta in enumerate(chunks(model, said, calls)):
            if model == "cut-off" and count > CUT_WORDS:
                return None
            self.put(model, delta)
            time.sleep(1 / self.server.words_a_second)
        self.put(model, {}, "tool_calls" if calls else "stop")
        self.wfile.write(b"data: [DONE]\n\n")

    def put(self, model, delta, reason=None):
        event = {
            "id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 0, "model": model,
            "choices": [{"index": 0, "delta": delta, "finish_reason": reason}]}
        self.wfile.write(f"data: {json.dumps(event)}\n\n".encode())
        self.wfile.flush()

    def refuse(self, status, code, message):
        self.reply({"error": {"type": "invalid_request_error", "code": code, "message": message}}, status)

    def reply(self, body, status=200):
        data = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass


class ScriptedMind(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port=0, words_a_second=20):
        super().__init__(("127.0.0.1", port), Handler)
        self.words_a_second = words_a_second

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}/v1"


def main():
    parser = argparse.ArgumentParser(description="A text model with a script, as a server of chat completions.")
    parser.add_argument("--port", type=int, default=0, help="the default is any that is free")
    parser.add_argument("--words-a-second", type=float, default=20)
    a = parser.parse_args()
    mind = ScriptedMind(a.port, a.words_a_second)
    print(f"scripted_mind listens on {mind.url}", flush=True)
    try:
        mind.serve_forever()
    except KeyboardInterrupt:
        sys.exit(0)


if __name__ == "__main__":
    main()
