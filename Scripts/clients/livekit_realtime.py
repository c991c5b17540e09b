"""LiveKit's RealtimeModel, as its agents use it."""

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
        self.http, self.tasks, self.message = aiohttp.ClientSession(), set(), None
        self.model = openai.realtime.RealtimeModel(
            model="duet-mini", base_url=url + "/v1", api_key="none", http_session=self.http)
        self.session = self.model.session()
        self.session.on("openai_server_event_received", self.received)
        self.session.on("error", self.failed)
        self.session.on("input_audio_transcription_completed", lambda event: event.is_final and call.user_text(event.transcript))
        self.session.on("generation_created", self.generated)
        self.session.on("input_speech_started", self.user_speaks)
        await self.known
        if call.tools:
            await self.session.update_tools([function_tool(self.get_weather)])

    async def get_weather(self, city: str) -> str:
        """The weather in a city."""
        return await self.call.weather(city)

    async def run(self, calls):
        """What an agent does with calls: runs them, tells the results, asks for the answer."""
        context = None
        async for called in calls:
            output = await self.get_weather(**json.loads(called.arguments))
            context = context or self.session.chat_ctx.copy()
            context.items.append(llm.FunctionCallOutput(
                call_id=called.call_id, name=called.name, output=output, is_error=False))
        if context:
            await self.session.update_chat_ctx(context)
            await self.session.generate_reply()

    def received(self, event):
        if event["type"] == "session.updated" and not self.known.done():
            self.known.set_result(None)

    def failed(self, event):
        if self.known.done():
            self.call.trouble(event.error)
        elif not event.recoverable:
            self.known.set_exception(event.error)

    def generated(self, event):
        task = asyncio.create_task(self.take(event))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def take(self, generation):
        running = asyncio.create_task(self.run(generation.function_stream))
        async for message in generation.message_stream:
            self.message, self.begun = message.message_id, self.call.now()
            await asyncio.gather(self.read(message.text_stream), self.play(message.audio_stream))
        await running

    async def read(self, stream):
        async for text in stream:
            self.call.assistant_text(text)

    async def play(self, stream):
        async for frame in stream:
            self.call.play(bytes(frame.data))

    def user_speaks(self, _):
        """What an agent does then: it stops its playback, the response, and tells how much was heard."""
        if self.message is None or not self.call.is_speaking():
            return
        self.call.flush("input_speech_started")
        self.session.interrupt()
        self.session.truncate(
            message_id=self.message, modalities=["audio"], audio_end_ms=int(1000 * (self.call.now() - self.begun)))

    async def listen(self, pcm):
        self.session.push_audio(rtc.AudioFrame(pcm, self.rate, 1, len(pcm) // 2))

    async def write(self, text):
        context = self.session.chat_ctx.copy()
        context.add_message(role="user", content=text)
        await self.session.update_chat_ctx(context)
        await self.session.generate_reply()

    async def close(self):
        await self.session.aclose()
        await self.http.close()
        return "websocket closed by aclose()"


scenes.main(Client)
