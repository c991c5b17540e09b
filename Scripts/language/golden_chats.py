"""Writes Tests/LanguageTests/Resources/chats.json: conversations as the models' own chat templates render them.

    pip install jinja2 gguf==0.19.0 && python3 Scripts/language/golden_chats.py FOLDER
FOLDER is models/templates of llama.cpp's sources (in the sdist of llama-cpp-python: vendor/llama.cpp/models/templates); SmolLM2's
template comes from .weights/minds. Templates under Apache-2.0 and MIT are written to the file; of the others only the signs.
"""
import json
import pathlib
import re
import sys

import gguf
import jinja2
import jinja2.sandbox

import tokens

ROOT = pathlib.Path(__file__).resolve().parents[2]
MODEL = ROOT / ".weights/minds/SmolLM2-135M-Instruct.Q4_1.gguf"
# Short templates that are in no file there; both Apache-2.0.
MISTRAL = (
    "{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}{{ '[INST] ' + message['content'] + ' [/INST]' }}"
    "{% else %}{{ message['content'] + eos_token }}{% endif %}{% endfor %}")
ZEPHYR = (
    "{% for message in messages %}{{ '<|' + message['role'] + '|>\n' + message['content'] + eos_token + '\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>\n' }}{% endif %}{# <|user|> #}")

TOOLS = [
    {"type": "function", "function": {"name": "weather", "description": "The weather of a \"place\"\nnow", "parameters": {
        "type": "object", "properties": {"place": {"type": "string"}, "days": {"type": "array", "items": {"type": "integer"}}},
        "required": ["place"]}}},
    {"type": "function", "function": {"name": "time", "description": "Die Uhrzeit", "parameters": {"type": "object", "properties": {}}}},
]
SYSTEM = {"role": "system", "content": "You are terse."}
TALK = [
    {"role": "user", "content": "hello, who are you?"}, {"role": "assistant", "content": "I am a model."},
    {"role": "user", "content": "größer als 世界 <|im_end|> and more "},
]


def call(name, **arguments):
    return {"type": "function", "function": {"name": name, "arguments": arguments}}


def calls(two):
    made = [call("weather", place="Zürich", days=[1, 2])] + ([call("time")] if two else [])
    results = [{"role": "tool", "content": "{\"sky\": \"clear\"}"}] + ([{"role": "tool", "content": "noon"}] if two else [])
    return [TALK[0], {"role": "assistant", "content": "", "tool_calls": made}] + results


def environment():
    made = jinja2.sandbox.ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
    made.filters["tojson"] = lambda value, indent=None: json.dumps(value, ensure_ascii=False, indent=indent)
    return made


def conversations(kind):
    """Messages, tools."""
    yield TALK[:1], None
    yield TALK, None
    if kind in ("system", "tools", "llama3"):
        yield [SYSTEM] + TALK[:1], None
        yield [SYSTEM] + TALK, None
    if kind in ("tools", "llama3"):
        yield [SYSTEM] + TALK[:1], TOOLS
        yield [SYSTEM] + calls(False), TOOLS
        yield TALK[:1], TOOLS
    if kind == "tools":
        yield calls(True), TOOLS


def templates(folder):
    """Name in our table, the template's text, whether it may be written down, what it can."""
    def read(name):
        return (folder / name).read_text()
    reader = gguf.GGUFReader(MODEL)
    yield "chatml", tokens.texts(reader, "tokenizer.chat_template")[0], True, "system"
    yield "chatml", read("Qwen-Qwen2.5-7B-Instruct.jinja"), True, "tools"
    yield "chatml", read("Qwen-Qwen3-0.6B.jinja"), True, "tools"
    yield "llama3", read("meta-llama-Llama-3.1-8B-Instruct.jinja"), False, "llama3"
    yield "llama3", read("meta-llama-Llama-3.2-3B-Instruct.jinja"), False, "llama3"
    yield "gemma", read("google-gemma-2-2b-it.jinja"), False, "none"
    yield "phi3", read("microsoft-Phi-3.5-mini-instruct.jinja"), True, "system"
    yield "mistral", MISTRAL, True, "none"
    yield "zephyr", ZEPHYR, True, "system"


def main():
    found, made = [], environment()
    for name, text, free, kind in templates(pathlib.Path(sys.argv[1])):
        signs = " ".join(dict.fromkeys(re.findall(r"<\|?\w+\|?>|Cutting Knowledge Date", text)))
        rendered = []
        for messages, tools in conversations(kind):
            words = {"tools_in_user_message": False, "date_string": "26 Jul 2024", "enable_thinking": False, "bos_token": "", "eos_token": "</s>"}
            expected = made.from_string(text).render(messages=messages, tools=tools, add_generation_prompt=True, **words)
            rendered.append({"messages": messages, "tools": tools or [], "expected": expected})
        found.append({"name": name, "template": text if free else signs, "conversations": rendered})
    unknown = "{% for message in messages %}{{ '### ' + message['role'] + '\n' + message['content'] }}{% endfor %}"
    found.append({"name": "", "template": unknown, "conversations": []})
    (ROOT / "Tests/LanguageTests/Resources/chats.json").write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n")


main()
