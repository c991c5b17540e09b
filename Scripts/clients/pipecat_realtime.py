"""Pipecat's OpenAIRealtimeLLMService in a pipeline."""

import asyncio

import scenes
from pipecat_pipeline import Pipe
from pipecat.services.openai.realtime import events
from pipecat.services.openai.realtime.llm import OpenAIRealtimeLLMService


class Client(Pipe):
    async def open(self, call, url):
        properties = events.SessionProperties(
            audio=events.AudioConfiguration(input=events.AudioInput(transcription=events.InputAudioTranscription())))
        service = OpenAIRealtimeLLMService(
            api_key="none", base_url=url.replace("http", "ws") + "/v1/realtime",
            settings=OpenAIRealtimeLLMService.Settings(model="duet-mini", session_properties=properties))
        knowing = asyncio.create_task(self.know(service))
        # Its tools come with the context, for which it asks for a first answer.
        await self.begin(call, service, starts=call.tools)
        await knowing
        if call.tools and await call.until(call.is_speaking, 4):
            await call.until(lambda: not call.is_speaking(1.0), 6)

    async def know(self, service):
        """It pushes no frame when its session is configured."""
        while not service._api_session_ready:
            await asyncio.sleep(0.02)
        self.is_known()

    async def write(self, text):
        """By its events: a frame with an appended message comes as the system's, which is not answered."""
        content = [events.ItemContent(type="input_text", text=text)]
        item = events.ConversationItem(type="message", role="user", content=content)
        await self.service.send_client_event(events.ConversationItemCreateEvent(item=item))
        response = events.ResponseProperties(output_modalities=["audio"])
        await self.service.send_client_event(events.ResponseCreateEvent(response=response))


scenes.main(Client)
