// int4 in groups: weights of four bits with a scale and a minimum per 32 inputs, rows of int8 with a scale per 32 inputs. Holds the blocks
// Q4_0 and Q4_1 of GGUF files as they are. types.h includes it once per instruction set.
#define TYPE int4g
#define HEAD 2
#define WORD_ROWS 4

// MARK: Products. The low halves of a word's bytes are four of the first sixteen inputs, the high halves four of the others.

typedef struct int4g_numbers {
    pair low, high;
} int4g_numbers;
INLINE int4g_numbers int4g_load(ivec w) { return (int4g_numbers){group_bytes(w & 0x0f0f0f0f), group_bytes(w >> 4 & 0x0f0f0f0f)}; }
INLINE ivec int4g_start(const group *x) { return all_words(0); }
INLINE ivec int4g_dot(ivec s, int4g_numbers w, const group *x, size_t i) {
    return group_dot(group_dot(s, w.low, x->words[i]), w.high, x->words[i + WORD_ROWS]);
}
INLINE vec int4g_total(vec sum, ivec s, const group *x, const uint16_t *scales) {
    const vec scale = load_half(scales), minimum = load_half(scales + CK_PANEL);
    return sum + __builtin_convertvector(s, vec) * all(x->scale) * scale + all(x->sum) * minimum;
}

#include "groupdots.h"

// MARK: Weights

/// Stores sixteen bytes, as blocks have them, as the inputs from i on of output c.
static void int4g_put(void *packed, size_t c, size_t i, size_t k, uint16_t scale, uint16_t minimum, const uint8_t *halves) {
    uint8_t *at = group_at(packed, c, i, k, PANEL_GROUP), *numbers = at + 4 * CK_PANEL + c % CK_PANEL * 4;
    *half_of(at, 0, c) = scale;
    *half_of(at, 1, c) = minimum;
    for (size_t j = 0; j < GROUP_INPUTS / 2; j++) numbers[j / 4 * 4 * CK_PANEL + j % 4] = halves[j];
}

/// Rounds a group to sixteen steps from its least weight to its largest, both rounded to binary16.
static void int4g_pack_group(const float *w, size_t count, void *packed, size_t c, size_t i, size_t k) {
    uint8_t halves[GROUP_INPUTS / 2] = {0};
    float least = w[0], most = w[0];
    for (size_t j = 1; j < count; j++) least = fminf(least, w[j]), most = fmaxf(most, w[j]);
    const uint16_t minimum = nearest_half(least), half = nearest_half((most - half_value(minimum)) / 15);
    const float scale = half_value(half), base = half_value(minimum);
    for (size_t j = 0; scale > 0 && j < count; j++) {
        const uint8_t q = (uint8_t)fmaxf(0, fminf(15, rintf((w[j] - base) / scale)));
        halves[j % 16] |= (uint8_t)(j < 16 ? q : q << 4);
    }
    int4g_put(packed, c, i, k, half, minimum, halves);
}

static bool int4g_pack(const float *w, void *packed, size_t n, size_t k) {
    memset(packed, 0, int4g_packed_bytes(n, k));
    for (size_t c = 0; c < n; c++, w += k)
        for (size_t i = 0; i < k; i += GROUP_INPUTS)
            int4g_pack_group(w + i, k - i < GROUP_INPUTS ? k - i : GROUP_INPUTS, packed, c, i, k);
    return true;
}

static bool int4g_pack_blocks(ck_blocks format, const void *blocks, void *packed, size_t n, size_t k) {
    if (format == CK_BLOCKS_Q8_0 || k % GROUP_INPUTS) return false;
    const size_t head = format == CK_BLOCKS_Q4_0 ? 1 : 2;
    memset(packed, 0, int4g_packed_bytes(n, k));
    const uint8_t *block = blocks;
    for (size_t c = 0; c < n; c++)
        for (size_t i = 0; i < k; i += GROUP_INPUTS, block += 2 * head + GROUP_INPUTS / 2) {
            uint16_t scales[2];
            memcpy(scales, block, 2 * head);
            if (format == CK_BLOCKS_Q4_0) {
                const float minimum = -8 * half_value(scales[0]);
                scales[1] = nearest_half(minimum);
                if (half_value(scales[1]) != minimum) return false;
            }
            int4g_put(packed, c, i, k, scales[0], scales[1], block + 2 * head);
        }
    return true;
}

static void int4g_unpack(const void *packed, size_t c, float *w, size_t n, size_t k) {
    for (size_t i = 0; i < k; i++) {
        uint8_t *at = group_at(packed, c, i, k, PANEL_GROUP);
        const size_t j = i % GROUP_INPUTS;
        const uint8_t byte = at[4 * CK_PANEL + c % CK_PANEL * 4 + j % 16 / 4 * 4 * CK_PANEL + j % 4];
        w[i] = (float)(j < 16 ? byte & 15 : byte >> 4) * half_value(*half_of(at, 0, c)) + half_value(*half_of(at, 1, c));
    }
}

static const ck_type int4g_type = {
    .name = "int4g",
    .inputs_max = INT32_MAX,
    .row_bytes = group_row_bytes,
    .packed_bytes = int4g_packed_bytes,
    .pack = int4g_pack,
    .pack_blocks = int4g_pack_blocks,
    .unpack = int4g_unpack,
    .take = group_take,
    .widen = group_widen,
    .multiply = int4g_multiply,
    .peak = int8_peak,
};

#undef WORD_ROWS
#undef HEAD
#undef TYPE
