"""Pipecat's OpenAIRealtimeLLMService in a pipeline."""

import scenes
from pipecat_pipeline import Pipe, frames
from pipecat.services.openai.realtime import events
from pipecat.services.openai.realtime.llm import OpenAIRealtimeLLMService


class Client(Pipe):
    async def open(self, call, url):
        service = OpenAIRealtimeLLMService(
            api_key="none", base_url=url.replace("http", "ws") + "/v1/realtime",
            settings=OpenAIRealtimeLLMService.Settings(
                model="duet-mini",
                session_properties=events.SessionProperties(
                    audio=events.AudioConfiguration(
                        input=events.AudioInput(transcription=events.InputAudioTranscription())))))
        await self.begin(call, service)

    def log(self, line):
        super().log(line)
        if "session.updated" in line or "SessionUpdatedEvent" in line:
            self.is_known()

    async def write(self, text):
        message = {"role": "user", "content": text}
        await self.task.queue_frame(frames.LLMMessagesAppendFrame([message], run_llm=True))


scenes.main(Client)
