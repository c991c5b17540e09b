"""Writes Tests/LanguageTests/Resources/types.gguf: random blocks of every type, and what the gguf package makes of them.

    pip install gguf==0.19.0 && python3 Scripts/language/golden_types.py
"""
import pathlib

import gguf
import numpy as np

TYPES = ["F16", "BF16", "Q8_0", "Q4_0", "Q4_1", "Q5_0", "Q5_1", "Q4_K", "Q5_K", "Q6_K"]
# Where a block of each type has its halves: any bits are allowed elsewhere.
HALVES = {"Q8_0": [0], "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208]}
# The smallest and the largest subnormal, the smallest and the largest normal number, both zeros, a few others.
EDGES = [0x0001, 0x83FF, 0x0400, 0x7BFF, 0x0000, 0x8000, 0x3C01, 0xB555]
ROWS = 3


def blocks(name, random):
    kind = gguf.GGMLQuantizationType[name]
    length, width = gguf.GGML_QUANT_SIZES[kind]
    columns = 256 if length < 256 else 512
    data = random.integers(0, 256, (ROWS, columns // length, width), dtype=np.uint8)
    halves = data.reshape(-1, width)
    if name in ("F16", "BF16"):
        # Without infinities and NaN, which have no place in weights.
        halves[:, 1] = np.where(halves[:, 1] & 0x7C == 0x7C, halves[:, 1] ^ 4, halves[:, 1])
    for offset in HALVES.get(name, []):
        values = random.standard_normal(len(halves)).astype(np.float16).view(np.uint16)
        few = min(len(EDGES), len(halves))
        values[:few] = EDGES[:few] if offset != 2 else EDGES[::-1][:few]
        halves[:, offset : offset + 2] = values.view(np.uint8).reshape(-1, 2)
    return kind, data.reshape(ROWS, -1)


def metadata(writer):
    writer.add_uint8("test.uint8", 200)
    writer.add_int8("test.int8", -100)
    writer.add_uint16("test.uint16", 60000)
    writer.add_int16("test.int16", -30000)
    writer.add_uint32("test.uint32", 4000000000)
    writer.add_int32("test.int32", -2000000000)
    writer.add_uint64("test.uint64", 2**63)
    writer.add_int64("test.int64", -(2**62))
    writer.add_float32("test.float32", 0.1)
    writer.add_float64("test.float64", 0.25)
    writer.add_bool("test.bool", True)
    writer.add_string("test.string", "Grüße, 世界")
    writer.add_array("test.strings", ["", "a", "Ġb", "世"])
    writer.add_array("test.ints", [1, -2, 3])
    writer.add_array("test.floats", [0.5, -1.25])
    writer.add_array("test.bools", [True, False])


def main():
    random = np.random.default_rng(15)
    root = pathlib.Path(__file__).resolve().parents[2]
    writer = gguf.GGUFWriter(root / "Tests/LanguageTests/Resources/types.gguf", "test")
    metadata(writer)
    writer.add_tensor("F32", random.standard_normal((ROWS, 256)).astype(np.float32))
    for name in TYPES:
        kind, data = blocks(name, random)
        floats = gguf.quants.dequantize(data, kind)
        assert np.isfinite(floats).all(), name
        writer.add_tensor(name, data, raw_dtype=kind)
        writer.add_tensor(name + ".floats", floats.astype(np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


main()
