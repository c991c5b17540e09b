"""openai-agents' realtime session."""

import asyncio

import scenes
from agents import function_tool
from agents.realtime import RealtimeAgent, RealtimeRunner


class Client:
    rate = 24000

    async def open(self, call, url):
        self.call, self.how = call, "left"

        @function_tool
        async def get_weather(city: str) -> str:
            """The weather in a city."""
            return await call.weather(city)

        agent = RealtimeAgent(name="Duet", instructions="", tools=[get_weather] if call.tools else [])
        config = {"model_settings": {"model_name": "duet-mini"}, "tracing_disabled": True}
        where = {"url": url.replace("http", "ws") + "/v1/realtime?model=duet-mini", "api_key": "none"}
        self.session = await RealtimeRunner(agent, config=config).run(model_config=where)
        await self.session.__aenter__()
        self.receiving = asyncio.create_task(self.receive())

    async def receive(self):
        async for event in self.session:
            match event.type:
                case "audio":
                    self.call.play(event.audio.data)
                case "audio_interrupted":
                    self.call.flush("audio_interrupted")
                case "error":
                    self.call.trouble(event.error)
                case "raw_model_event":
                    self.receive_raw(event.data)

    def receive_raw(self, event):
        match event.type:
            case "transcript_delta":
                self.call.assistant_text(event.delta)
            case "input_audio_transcription_completed":
                self.call.user_text(" " + event.transcript.strip())
            case "error":
                self.call.trouble(event.error)
            case "exception":
                self.call.trouble(repr(event.exception))

    async def listen(self, pcm):
        await self.session.send_audio(pcm)

    async def write(self, text):
        await self.session.send_message(text)

    async def close(self):
        await self.session.close()
        return "session closed"


scenes.main(Client)
