"""LiveKit's GPTLiveModel, as its agents use it."""

import asyncio
import json

import aiohttp
import scenes
from livekit import rtc
from livekit.agents import function_tool, llm
from livekit.plugins import openai


class Client:
    rate = 24000

    async def open(self, call, url):
        self.call, self.known = call, asyncio.get_running_loop().create_future()
        self.how = "no session.closed"
        self.http = aiohttp.ClientSession()
        self.model = openai.realtime.GPTLiveModel(
            model="duet-mini", base_url=url + "/v1", api_key="none", delegation="responses" if call.tools else "client",
            http_session=self.http)
        self.session = self.model.session()
        self.session.on("openai_server_event_received", self.received)
        self.session.on("error", self.failed)
        self.session.on("input_audio_transcription_completed", lambda event: event.is_final and call.user_text(event.transcript))
        self.session.on("transcript_delta", lambda event: call.assistant_text(event.text))
        self.session.on("function_call", self.called)
        self.session.on("input_speech_started", lambda _: call.note("client", text="input_speech_started"))
        self.playing = asyncio.create_task(self.play())
        tools = [function_tool(self.get_weather)] if call.tools else []
        await self.session._update_session(instructions="", chat_ctx=llm.ChatContext.empty(), tools=tools)
        await self.known

    async def get_weather(self, city: str) -> str:
        """The weather in a city."""
        return await self.call.weather(city)

    def called(self, call):
        self.running = asyncio.create_task(self.run(call))

    async def run(self, called):
        output = await self.get_weather(**json.loads(called.arguments))
        await self.session._append_items([llm.FunctionCallOutput(
            call_id=called.call_id, name=called.name, output=output, is_error=False)])

    def received(self, event):
        if event["type"] == "session.started" and not self.known.done():
            self.known.set_result(None)
        if event["type"] == "session.closed":
            self.how = f"session.closed: {event['reason']}"

    def failed(self, event):
        if self.known.done():
            self.call.trouble(event.error)
        elif not event.recoverable:
            self.known.set_exception(event.error)

    async def play(self):
        async for frame in self.session.audio_stream:
            self.call.play(bytes(frame.frame.data))

    async def listen(self, pcm):
        self.session.push_audio(rtc.AudioFrame(pcm, self.rate, 1, len(pcm) // 2))

    async def write(self, text):
        self.session.append_commentary(text)

    async def close(self):
        await self.session.aclose()
        await self.http.close()
        return self.how


scenes.main(Client)
