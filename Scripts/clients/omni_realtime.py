"""vLLM-Omni's DuplexClient. The package's own beginning, which loads the server, is left out."""

import asyncio
import importlib.util
import sys
import types

import scenes

package = types.ModuleType("vllm_omni")
package.__path__ = importlib.util.find_spec("vllm_omni").submodule_search_locations
sys.modules["vllm_omni"] = package

from vllm_omni.clients.duplex import DuplexClient, SessionConfig


class Client:
    """As it is configured by itself: it takes no turns, and records at 16 kHz."""

    rate, spoken_rate = 24000, 16000

    async def open(self, call, url):
        self.call, self.played = call, 0
        self.client = DuplexClient(
            url.replace("http", "ws"), model="duet-mini", config=SessionConfig(), reconnect=None, handshake_timeout_s=10)
        await self.client.__aenter__()
        # SessionConfig has no field for transcription.
        await self.client.send({"type": "session.update", "session": {"input_audio_transcription": {"model": "duet-mini"}}})
        self.receiving = asyncio.create_task(self.receive())

    async def receive(self):
        async for event in self.client:
            match event.type:
                case "response.created":
                    self.played = 0
                case "response.output_audio.delta":
                    self.call.play(event.audio)
                    self.played += len(event.audio) * 500 // self.rate
                case "response.output_audio_transcript.delta":
                    self.call.assistant_text(event.text)
                case "conversation.item.input_audio_transcription.completed":
                    self.call.user_text(" " + event.text.strip())
                case "input_audio_buffer.speech_started" if self.call.is_speaking():
                    self.call.flush("speech_started")
                case "response.done":
                    await self.client.ack_playback(self.played, response_id=event.response_id)
                case "error":
                    self.call.trouble(event.message)

    async def listen(self, pcm):
        await self.client.append_audio(pcm)

    async def write(self, text):
        message = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": text}]}
        await self.client.send({"type": "conversation.item.create", "item": message})
        await self.client.send({"type": "response.create"})

    async def close(self):
        await self.client.close()
        reason = self.client._closed_marker.reason
        await self.client.__aexit__(None, None, None)
        return f"session closed: {reason}"


scenes.main(Client)
