"""A Pipecat pipeline around one of its speech-to-speech services: taps before and behind it."""

import asyncio
import sys

from call import WEATHER_TOOL
from loguru import logger

from pipecat.adapters.schemas.function_schema import FunctionSchema
from pipecat.adapters.schemas.tools_schema import ToolsSchema
from pipecat.frames import frames
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.runner import PipelineRunner
from pipecat.pipeline.task import PipelineParams, PipelineTask
from pipecat.processors.aggregators.llm_context import LLMContext
from pipecat.processors.aggregators.llm_response_universal import LLMContextAggregatorPair
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor


class Tap(FrameProcessor):
    """Sees every frame that goes by, in both directions."""

    def __init__(self, see):
        super().__init__()
        self.see = see

    async def process_frame(self, frame, direction):
        await super().process_frame(frame, direction)
        self.see(frame, direction)
        await self.push_frame(frame, direction)


class Pipe:
    rate = 24000

    async def begin(self, call, service, starts=False):
        """Ends when the service is connected, or with its error. `starts`: its session begins with the context."""
        self.call, self.service = call, service
        self.known, self.ended = asyncio.get_running_loop().create_future(), False
        logger.remove()
        logger.add(self.log, level="DEBUG", format="{level} {message}")
        self.context = LLMContext([], tools=self.tools()) if call.tools else LLMContext([])
        aggregators = LLMContextAggregatorPair(self.context)
        pipeline = Pipeline([
            Tap(self.seen_first), aggregators.user(), Tap(self.seen_before), service, Tap(self.seen_behind),
            aggregators.assistant()])
        self.task = PipelineTask(
            pipeline, params=PipelineParams(audio_in_sample_rate=self.rate, audio_out_sample_rate=self.rate),
            idle_timeout_secs=None)
        self.running = asyncio.create_task(PipelineRunner(handle_sigint=False).run(self.task))
        if starts:
            await self.task.queue_frame(frames.LLMRunFrame())
        await self.known

    def tools(self):
        self.service.register_function("get_weather", self.get_weather)
        schema = WEATHER_TOOL["parameters"]
        return ToolsSchema(standard_tools=[FunctionSchema(
            name=WEATHER_TOOL["name"], description=WEATHER_TOOL["description"], properties=schema["properties"],
            required=schema["required"])])

    async def get_weather(self, called):
        await called.result_callback(await self.call.weather(**called.arguments))

    def is_known(self):
        if not self.known.done():
            self.known.set_result(None)

    def seen_first(self, frame, direction):
        if not isinstance(frame, frames.ErrorFrame):
            return
        if self.known.done():
            self.call.trouble(frame.error)
        else:
            self.known.set_exception(ConnectionError(frame.error))

    def seen_before(self, frame, direction):
        if direction == FrameDirection.UPSTREAM and isinstance(frame, frames.TranscriptionFrame):
            self.call.user_text(" " + frame.text.strip())

    def seen_behind(self, frame, direction):
        if direction != FrameDirection.DOWNSTREAM:
            return
        if isinstance(frame, frames.OutputAudioRawFrame):
            self.call.play(frame.audio)
        elif isinstance(frame, frames.TTSTextFrame):
            self.call.assistant_text(frame.text)
        elif isinstance(frame, frames.InterruptionFrame):
            self.call.flush("InterruptionFrame")
        elif isinstance(frame, frames.EndFrame):
            self.ended = True

    def log(self, line):
        """What the service says of itself; services look for more."""
        if not line.startswith("DEBUG"):
            print(line, file=sys.stderr, end="")

    async def listen(self, pcm):
        await self.task.queue_frame(frames.InputAudioRawFrame(audio=pcm, sample_rate=self.rate, num_channels=1))

    async def close(self):
        await self.task.queue_frame(frames.EndFrame())
        await self.running
        return "EndFrame went through" if self.ended else "no EndFrame came through"
