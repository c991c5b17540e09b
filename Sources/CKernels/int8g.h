// int8 in groups: weights and rows with a scale per 32 inputs. Holds the blocks Q8_0 of GGUF files as they are. types.h includes it once
// per instruction set.
#define TYPE int8g
#define HEAD 1
#define WORD_ROWS 8

// MARK: Products. Weights are stored plus 128, because vpdpbusd requires one unsigned operand; a group's start cancels it.

typedef pair int8g_numbers;
#if DOT_SIGNED
INLINE int8g_numbers int8g_load(ivec w) { return group_bytes(w ^ (int32_t)0x80808080); }
INLINE ivec int8g_start(const group *x) { return all_words(0); }
#else
INLINE int8g_numbers int8g_load(ivec w) { return group_bytes(w); }
INLINE ivec int8g_start(const group *x) { return all_words((uint32_t)x->start); }
#endif
INLINE ivec int8g_dot(ivec s, int8g_numbers w, const group *x, size_t i) { return group_dot(s, w, x->words[i]); }
INLINE vec int8g_total(vec sum, ivec s, const group *x, const uint16_t *scales) {
    return sum + __builtin_convertvector(s, vec) * all(x->scale) * load_half(scales);
}

#include "groupdots.h"

// MARK: Weights

/// Stores 32 bytes, scaled by `scale`, as the inputs from i on of output c.
static void int8g_put(void *packed, size_t c, size_t i, size_t k, uint16_t scale, const int8_t *bytes) {
    uint8_t *at = group_at(packed, c, i, k, PANEL_GROUP), *numbers = at + 2 * CK_PANEL + c % CK_PANEL * 4;
    *half_of(at, 0, c) = scale;
    for (size_t j = 0; j < GROUP_INPUTS; j++) numbers[j / 4 * 4 * CK_PANEL + j % 4] = (uint8_t)bytes[j] ^ 0x80;
}

/// A group's scale is its largest magnitude / 127, rounded to binary16.
static bool int8g_pack(const float *w, void *packed, size_t n, size_t k) {
    memset(packed, 0, int8g_packed_bytes(n, k));
    for (size_t c = 0; c < n; c++, w += k)
        for (size_t i = 0; i < k; i += GROUP_INPUTS) {
            const size_t count = k - i < GROUP_INPUTS ? k - i : GROUP_INPUTS;
            int8_t bytes[GROUP_INPUTS] = {0};
            float most = 0;
            for (size_t j = 0; j < count; j++) most = fmaxf(most, fabsf(w[i + j]));
            const uint16_t half = nearest_half(most / 127);
            const float scale = half_value(half);
            for (size_t j = 0; scale > 0 && j < count; j++) bytes[j] = (int8_t)fmaxf(-127, fminf(127, rintf(w[i + j] / scale)));
            int8g_put(packed, c, i, k, half, bytes);
        }
    return true;
}

static bool int8g_pack_blocks(ck_blocks format, const void *blocks, void *packed, size_t n, size_t k) {
    if (format != CK_BLOCKS_Q8_0 || k % GROUP_INPUTS) return false;
    memset(packed, 0, int8g_packed_bytes(n, k));
    const uint8_t *block = blocks;
    for (size_t c = 0; c < n; c++)
        for (size_t i = 0; i < k; i += GROUP_INPUTS, block += 2 + GROUP_INPUTS) {
            uint16_t scale;
            memcpy(&scale, block, sizeof scale);
            int8g_put(packed, c, i, k, scale, (const int8_t *)block + 2);
        }
    return true;
}

static void int8g_unpack(const void *packed, size_t c, float *w, size_t n, size_t k) {
    for (size_t i = 0; i < k; i++) {
        uint8_t *at = group_at(packed, c, i, k, PANEL_GROUP);
        const size_t j = i % GROUP_INPUTS;
        const uint8_t byte = at[2 * CK_PANEL + c % CK_PANEL * 4 + j / 4 * 4 * CK_PANEL + j % 4];
        w[i] = (float)(int8_t)(byte ^ 0x80) * half_value(*half_of(at, 0, c));
    }
}

static const ck_type int8g_type = {
    .name = "int8g",
    .inputs_max = INT32_MAX,
    .row_bytes = group_row_bytes,
    .packed_bytes = int8g_packed_bytes,
    .pack = int8g_pack,
    .pack_blocks = int8g_pack_blocks,
    .unpack = int8g_unpack,
    .take = group_take,
    .widen = group_widen,
    .multiply = int8g_multiply,
    .peak = int8_peak,
};

#undef WORD_ROWS
#undef HEAD
#undef TYPE
