"""openai-python's Live client."""

import asyncio
import base64
import json

import scenes
from call import WEATHER_TOOL
from openai import AsyncOpenAI


class Client:
    rate = 24000

    async def open(self, call, url):
        self.call, self.started, self.ended = call, asyncio.Event(), asyncio.Event()
        self.how = ""
        self.context = AsyncOpenAI(base_url=url + "/v1", api_key="none").live.connect()
        self.live = await self.context.__aenter__()
        self.receiving = asyncio.create_task(self.receive())
        delegation = {"type": "client"}
        if call.tools:
            delegation = {"type": "responses", "responses": {"model": "duet-mini", "tools": [WEATHER_TOOL]}}
        await self.live.session.start(session={"model": "duet-mini", "delegation": delegation})
        await self.started.wait()

    async def receive(self):
        async for event in self.live:
            match event.type:
                case "session.started":
                    self.started.set()
                case "session.output_audio.delta":
                    self.call.play(base64.b64decode(event.delta))
                case "session.input_transcript.delta":
                    self.call.user_text(event.delta)
                case "session.output_transcript.delta":
                    self.call.assistant_text(event.delta)
                case "response.event":
                    await self.delegated(event.event)
                case "session.closed":
                    self.how = f"session.closed: {event.reason}"
                    break
                case "error":
                    self.call.trouble(event.error)
        self.ended.set()

    async def delegated(self, event):
        item = event.get("item") or {}
        if event["type"] == "response.output_item.done" and item.get("type") == "function_call":
            output = await self.call.weather(**json.loads(item["arguments"]))
            await self.live.response.item.create(
                item={"type": "function_call_output", "call_id": item["call_id"], "output": output})
        elif event["type"] == "response.completed":
            await self.live.response.create()

    async def listen(self, pcm):
        await self.live.session.input_audio.append(audio=base64.b64encode(pcm).decode())

    async def write(self, text):
        await self.live.session.commentary.append(content=text, delegation_id=None)

    async def close(self):
        await self.live.session.close()
        await self.ended.wait()
        await self.context.__aexit__(None, None, None)
        return self.how


scenes.main(Client)
