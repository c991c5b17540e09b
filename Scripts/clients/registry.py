"""The clients, and what is known of them. A new one is a line here, a file of its name, and its requirements."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Entry:
    # Label in the table, file name, environment, protocol.
    label: str
    name: str
    environment: str
    protocol: str
    # What the protocol lacks: a transcript of the user, and typed text (the reason, shown in the table).
    has_user_text: bool = True
    no_text: str = ""
    # Whether it can offer the assistant a function.
    has_tools: bool = True


CLIENTS = [
    Entry("openai-python", "openai_live", "openai", "Live"),
    Entry("LiveKit GPTLiveModel", "livekit_live", "livekit", "Live"),
    Entry("Pipecat OpenAILiveLLMService", "pipecat_live", "pipecat", "Live"),
    Entry("openai-python", "openai_realtime", "openai", "Realtime"),
    Entry("openai-agents", "agents_realtime", "agents", "Realtime"),
    Entry("LiveKit RealtimeModel", "livekit_realtime", "livekit", "Realtime"),
    Entry("Pipecat OpenAIRealtimeLLMService", "pipecat_realtime", "pipecat", "Realtime"),
    Entry("vLLM-Omni DuplexClient", "omni_realtime", "vllm-omni", "Realtime", has_tools=False),
    Entry("moshi.client", "moshi_chat", "moshi", "Moshi", has_user_text=False, no_text="the protocol takes no text", has_tools=False),
    Entry("duet_client", "duet_native", "duet", "native"),
]
