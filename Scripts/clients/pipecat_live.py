"""Pipecat's OpenAILiveLLMService in a pipeline."""

import re

import scenes
from pipecat_pipeline import Pipe, frames
from pipecat.services.openai.live import events
from pipecat.services.openai.live.llm import OpenAILiveLLMService
from pipecat.services.openai.responses.llm import OpenAIResponsesLLMSettings


class Client(Pipe):
    how = "no session.closed"

    async def open(self, call, url):
        delegation = None
        if call.tools:
            delegation = OpenAILiveLLMService.ResponsesDelegation(settings=OpenAIResponsesLLMSettings(model="duet-mini"))
        service = OpenAILiveLLMService(
            api_key="none", base_url=url.replace("http", "ws") + "/v1/live/sessions", delegation=delegation)
        await self.begin(call, service, starts=True)

    def seen_behind(self, frame, direction):
        """It sends speech as soon as the session has started, silence too."""
        super().seen_behind(frame, direction)
        if isinstance(frame, frames.OutputAudioRawFrame):
            self.is_known()

    def log(self, line):
        super().log(line)
        if closed := re.search(r"session closed \((\w+)\)", line):
            self.how = f"session.closed: {closed[1]}"

    async def write(self, text):
        await self.service.send_client_event(events.SessionCommentaryAppendEvent(delegation_id=None, content=text))

    async def close(self):
        ended = await super().close()
        return f"{self.how}, {ended}"


scenes.main(Client)
