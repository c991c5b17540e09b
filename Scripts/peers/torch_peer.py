"""PyTorch with transformers: eager, scaled dot-product attention, with its growing or its static cache."""

import warnings

import torch
import transformers
from transformers import DynamicCache, LlamaConfig, LlamaForCausalLM, StaticCache

import stepping
from cells import SHAPES
from serving import serve

models = {}


def model_of(name, weights):
    """Random weights; int8 is dynamic quantization of all linear layers."""
    if (name, weights) not in models:
        shape = SHAPES[name]
        config = LlamaConfig(
            vocab_size=shape.vocabulary, hidden_size=shape.width, intermediate_size=shape.hidden,
            num_hidden_layers=shape.layers, num_attention_heads=shape.heads, num_key_value_heads=shape.key_heads,
            head_dim=shape.head_dim, max_position_embeddings=8192, tie_word_embeddings=True,
            attn_implementation="sdpa")
        torch.manual_seed(1)
        model = LlamaForCausalLM(config).eval()
        if weights == "bf16":
            model = model.to(torch.bfloat16)
        if weights == "int8":
            model = torch.ao.quantization.quantize_dynamic(model, {torch.nn.Linear}, dtype=torch.qint8)
        models[name, weights] = model
    return models[name, weights]


class Sequences:
    """`batch` sequences that have `context` positions behind them."""

    def __init__(self, model, variant, batch, context):
        self.model, self.context, self.steps = model, context, 0
        self.tokens = torch.arange(batch)[:, None]
        self.cache = DynamicCache(config=model.config)
        model(torch.arange(context)[None], past_key_values=self.cache, use_cache=True, logits_to_keep=1)
        self.static = variant == "static cache"
        if self.static:
            self.spread(batch, context + 2 + stepping.STRIDE)
        else:
            self.cache.batch_repeat_interleave(batch)

    def spread(self, batch, positions):
        """What was computed once, for every sequence, in a cache whose size is known beforehand."""
        computed = self.cache
        self.cache = StaticCache(config=self.model.config, max_cache_len=positions)
        for index, layer in enumerate(computed.layers):
            self.cache.update(layer.keys.repeat(batch, 1, 1, 1), layer.values.repeat(batch, 1, 1, 1), index)

    def step(self):
        logits = self.model(self.tokens, past_key_values=self.cache, use_cache=True).logits
        self.tokens = logits[:, -1].argmax(-1, keepdim=True)
        self.steps += 1

    def rewind(self):
        if self.static:
            for layer in self.cache.layers:
                layer.cumulative_length.fill_(self.context)
        elif self.steps > 0:
            self.cache.crop(-self.steps)
        self.steps = 0


@torch.inference_mode()
def answer(shape, weights, variant=None, batch=0, context=0, seconds=0):
    """Without a batch the model is made and nothing measured."""
    model = model_of(shape, weights)
    if batch == 0:
        return dict(version=f"{torch.__version__}, transformers {transformers.__version__}")
    sequences = Sequences(model, variant, batch, context)
    rate, steps = stepping.tokens_per_second(sequences.step, sequences.rewind, batch, seconds)
    return dict(tokensPerSecond=rate, steps=steps)


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    transformers.logging.set_verbosity_error()
    torch.set_num_threads(1)
    serve(answer)
