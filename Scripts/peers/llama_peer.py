"""llama.cpp through the low-level functions of llama-cpp-python: a batch with a token for each sequence.

    python llama_peer.py MODELS

Every sequence has a cache of its own, as sessions have: what they share is computed once and copied.
"""

import ctypes
import sys

import llama_cpp as llama
import numpy

import llama_model
import stepping
from cells import MIND, SHAPES
from serving import serve

PREFILL_ROWS = 512
WARNING, ERROR = 3, 4

models = {}


# Keep it global, or it is freed while the library still calls it.
@llama.llama_log_callback
def log(level, text, user):
    if level in (WARNING, ERROR):
        print(text.decode(), end="", file=sys.stderr)


def model_of(folder, shape, weights, plain=False):
    if (shape, weights, plain) not in models:
        path = MIND if shape == "mind" else llama_model.path_of(folder, shape, SHAPES[shape], weights)
        parameters = llama.llama_model_default_params()
        parameters.use_extra_bufts = not plain
        model = llama.llama_model_load_from_file(path.encode(), parameters)
        if not model:
            raise RuntimeError(f"llama.cpp does not load {path}; remove it to have it made again")
        models[shape, weights, plain] = model
    return models[shape, weights, plain]


class Sequences:
    """`batch` sequences that have `context` positions behind them."""

    def __init__(self, model, shape, variant, batch, context):
        self.batch, self.context, self.position, self.vocabulary = batch, context, context, shape.vocabulary
        parameters = llama.llama_context_default_params()
        # llama.cpp rounds each sequence's context up to a multiple of 256.
        parameters.n_ctx = batch * (-(context + 2 + stepping.STRIDE) // 256 * -256)
        parameters.n_batch = parameters.n_ubatch = PREFILL_ROWS
        parameters.n_seq_max, parameters.kv_unified = batch, False
        parameters.n_threads = parameters.n_threads_batch = 1
        parameters.flash_attn_type = 1 if variant.startswith("flash") else 0
        if "q8_0 cache" in variant:
            parameters.type_k = parameters.type_v = llama.GGML_TYPE_Q8_0
        self.handle = llama.llama_init_from_model(model, parameters)
        if not self.handle:
            raise RuntimeError("llama.cpp makes no context")
        self.rows = llama.llama_batch_init(max(PREFILL_ROWS, batch), 0, 1)
        self.memory = llama.llama_get_memory(self.handle)
        self.prefill()

    def close(self):
        llama.llama_batch_free(self.rows)
        llama.llama_free(self.handle)

    def prefill(self):
        for begin in range(0, self.context, PREFILL_ROWS):
            end = min(begin + PREFILL_ROWS, self.context)
            self.decode([(position % self.vocabulary, position, 0, position == end - 1) for position in range(begin, end)])
        for sequence in range(1, self.batch):
            llama.llama_memory_seq_cp(self.memory, 0, sequence, -1, -1)
        self.tokens = list(range(self.batch))

    def decode(self, rows):
        """Rows are token, position, sequence, and whether its logits are wanted."""
        r = self.rows
        r.n_tokens = len(rows)
        for i, (token, position, sequence, wanted) in enumerate(rows):
            r.token[i], r.pos[i], r.n_seq_id[i], r.logits[i] = token, position, 1, wanted
            r.seq_id[i][0] = sequence
        status = llama.llama_decode(self.handle, r)
        if status != 0:
            raise RuntimeError(f"llama_decode gave {status}")

    def step(self):
        self.decode([(token, self.position, sequence, True) for sequence, token in enumerate(self.tokens)])
        self.position += 1
        logits = ctypes.cast(llama.llama_get_logits(self.handle), ctypes.POINTER(ctypes.c_float))
        self.tokens = numpy.ctypeslib.as_array(logits, (self.batch, self.vocabulary)).argmax(1).tolist()

    def rewind(self):
        for sequence in range(self.batch):
            llama.llama_memory_seq_rm(self.memory, sequence, self.context, -1)
        self.position = self.context


def answer(shape, weights, variant=None, batch=0, context=0, seconds=0):
    """Without a batch the model is made and nothing measured."""
    if batch == 0:
        model_of(sys.argv[1], shape, weights)
        return dict(version=llama.__version__)
    model = model_of(sys.argv[1], shape, weights, "plain buffers" in variant)
    sequences = Sequences(model, SHAPES[shape], variant, batch, context)
    try:
        rate, steps = stepping.tokens_per_second(sequences.step, sequences.rewind, batch, seconds)
    finally:
        sequences.close()
    return dict(tokensPerSecond=rate, steps=steps)


if __name__ == "__main__":
    llama.llama_log_set(log, ctypes.c_void_p(0))
    llama.llama_backend_init()
    serve(answer)
