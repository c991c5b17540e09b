"""Duet's own Python client, clients/python."""

import asyncio
import json

import duet_client
import scenes
from call import WEATHER_TOOL


class Client:
    rate = 24000

    async def open(self, call, url):
        self.call, self.how = call, "no session.closed"
        self.session = duet_client.connect(url.replace("http", "ws") + "/v1/duplex", rate=self.rate,
                                           tools=[WEATHER_TOOL] if call.tools else None)
        await self.session.__aenter__()
        self.receiving = asyncio.create_task(self.receive())

    async def receive(self):
        async for event in self.session:
            if isinstance(event, duet_client.Audio):
                self.call.play(event.pcm)
                continue
            match event["type"]:
                case "session.input_transcript.delta":
                    self.call.user_text(event["delta"])
                case "session.output_transcript.delta":
                    self.call.assistant_text(event["delta"])
                case "session.tool.call":
                    output = await self.call.weather(**json.loads(event["arguments"]))
                    await self.session.result(event["call_id"], output)
                case "session.flush":
                    self.call.flush("session.flush")
                case "error":
                    self.call.trouble(event["error"])
                case "session.closed":
                    self.how = f"session.closed: {event['reason']}"

    async def listen(self, pcm):
        await self.session.send(pcm)

    async def write(self, text):
        await self.session.tell(text)

    async def close(self):
        await self.session.close()
        await self.receiving
        await self.session.__aexit__(None, None, None)
        return self.how


scenes.main(Client)
