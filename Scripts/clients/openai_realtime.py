"""openai-python's Realtime client."""

import asyncio
import base64
import json

import scenes
from call import WEATHER_TOOL
from openai import AsyncOpenAI

PCM = {"type": "audio/pcm", "rate": 24000}


class Client:
    rate = 24000

    async def open(self, call, url):
        self.call, self.updated = call, asyncio.Event()
        self.item, self.begun = None, 0.0
        self.context = AsyncOpenAI(base_url=url + "/v1", api_key="none").realtime.connect(model="duet-mini")
        self.realtime = await self.context.__aenter__()
        self.receiving = asyncio.create_task(self.receive())
        await self.realtime.session.update(session={
            "type": "realtime", "output_modalities": ["audio"], "audio": {
                "input": {"format": PCM, "transcription": {"model": "duet-mini"}, "turn_detection": {"type": "semantic_vad"}},
                "output": {"format": PCM}}, **({"tools": [WEATHER_TOOL]} if call.tools else {})})
        await self.updated.wait()

    async def receive(self):
        async for event in self.realtime:
            match event.type:
                case "session.updated":
                    self.updated.set()
                case "response.output_audio.delta":
                    if self.item != event.item_id:
                        self.item, self.begun = event.item_id, self.call.now()
                    self.call.play(base64.b64decode(event.delta))
                case "response.output_audio_transcript.delta":
                    self.call.assistant_text(event.delta)
                case "conversation.item.input_audio_transcription.completed":
                    self.call.user_text(" " + event.transcript.strip())
                case "input_audio_buffer.speech_started" if self.item and self.call.is_speaking():
                    self.call.flush("speech_started")
                    heard = int(1000 * (self.call.now() - self.begun))
                    await self.realtime.conversation.item.truncate(item_id=self.item, content_index=0, audio_end_ms=heard)
                case "response.function_call_arguments.done":
                    await self.run(event)
                case "response.done":
                    details = event.response.status_details
                    self.call.note("client", text=f"response {event.response.status} {details.reason if details else ''}".strip())
                case "error":
                    self.call.trouble(event.error)

    async def run(self, called):
        output = await self.call.weather(**json.loads(called.arguments))
        await self.realtime.conversation.item.create(
            item={"type": "function_call_output", "call_id": called.call_id, "output": output})
        await self.realtime.response.create()

    async def listen(self, pcm):
        await self.realtime.input_audio_buffer.append(audio=base64.b64encode(pcm).decode())

    async def write(self, text):
        await self.realtime.conversation.item.create(
            item={"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]})
        await self.realtime.response.create()

    async def close(self):
        await self.realtime.close()
        await asyncio.gather(self.receiving, return_exceptions=True)
        return f"websocket closed with {self.realtime._connection.close_code}"


scenes.main(Client)
