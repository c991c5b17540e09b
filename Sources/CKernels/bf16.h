// bfloat16: the upper half of a float32, rounded to nearest. Two numbers per word; sums are float32. types.h includes it once per
// instruction set, which may define DOT_BFLOATS(s, weights, row), the dot products of words.
#define TYPE bf16
#define EACH 2

#if defined(DOT_BFLOATS)
INLINE pair bf16_weights(ivec w) { return (pair){w, w}; }
INLINE ivec bf16_dot(ivec s, pair w, pair x) { return DOT_BFLOATS(s, w.even, x.even); }
#else
INLINE pair bf16_weights(ivec w) { return (pair){w << 16, w & (int32_t)0xffff0000}; }
INLINE ivec bf16_dot(ivec s, pair w, pair x) {
    vec t = (vec)s + (vec)w.even * (vec)x.even;
    return (ivec)(t + (vec)w.odd * (vec)x.odd);
}
#endif

// MARK: Weights

static size_t bf16_packed_bytes(size_t n, size_t k) { return padded(n) * steps(k, EACH) * sizeof(uint32_t); }

static bool bf16_pack(const float *w, void *packed, size_t n, size_t k) {
    uint32_t *target = packed;
    memset(target, 0, bf16_packed_bytes(n, k));
    for (size_t c = 0; c < n; c++)
        for (size_t i = 0; i < k; i++) {
            uint32_t bits;
            memcpy(&bits, w + c * k + i, sizeof bits);
            bits += 0x7fff + (bits >> 16 & 1);
            target[place(c, i / 2, steps(k, EACH))] |= bits >> 16 << 16 * (i % 2);
        }
    return true;
}

static void bf16_unpack(const void *packed, size_t c, float *w, size_t n, size_t k) {
    const uint16_t *numbers = packed;
    for (size_t i = 0; i < k; i++) ck_bfloat_to_float(numbers + 2 * place(c, i / 2, steps(k, EACH)) + i % 2, w + i, 1);
}

// MARK: Rows

/// The nearest bfloat16, ties to even, in the low half of each lane.
INLINE shorts round_bfloats(vec x) {
    const ivec bits = (ivec)x;
    return __builtin_convertvector((bits + 0x7fff + (bits >> 16 & 1)) >> 16, shorts);
}

static size_t bf16_row_bytes(size_t k) { return steps(k, EACH) * sizeof(uint32_t); }

static void bf16_take(const float *x, void *rows, float *scales, size_t m, size_t k) {
    (void)scales;
    const size_t width = steps(k, EACH) * EACH;
    uint16_t *q = rows;
    for (size_t row = 0; row < m; row++, x += k, q += width) {
        POINTWISE(k, *(shorts *)(q + i) = round_bfloats(load(x + i)), {
            const shorts t = round_bfloats(load_part(x + i, left));
            memcpy(q + i, &t, 2 * (width - i));
        })
    }
}

static void bf16_widen(const void *row, const float *scale, float *x, size_t k) {
    (void)scale;
    ck_bfloat_to_float(row, x, k);
}

// MARK: Products

INLINE pair bf16_row(uint32_t x) { return bf16_weights(all_words(x)); }
INLINE ivec bf16_start(const dots *d, size_t at) { return all_words(0); }
INLINE vec bf16_total(const dots *d, size_t row, size_t at, ivec s) { return (vec)s; }

#include "dots.h"

static void bf16_multiply(const void *x, const float *scales, const void *packed, const float *bias, float *y, size_t m, size_t n, size_t k) {
    bf16_product(&(dots){x, packed, scales, NULL, bias, NULL, y, m, n, steps(k, EACH)});
}

// MARK: Attention. Values of even and odd dimensions are summed separately until the end.

INLINE pair bf16_key(ivec x) { return bf16_weights(x); }
INLINE void bf16_queries(const size_t G, const size_t DIM, const float *scaled, queries *q) { bf16_take(scaled, q->words, NULL, G, DIM); }
INLINE vec bf16_partial(ivec s) { return (vec)s; }
INLINE vec bf16_score(vec s, const queries *q, size_t g, const ck_run *run, size_t i, size_t left) { return s; }
INLINE float bf16_offset(float *weights, const float *scales, size_t n) { return 0; }
INLINE void bf16_out(float *out, size_t d, vec y) {
    for (size_t j = 0; j < LANES; j++) out[(d / 2 * LANES + j) * 2 + d % 2] = y[j];
}
INLINE float bf16_number(const void *rows, const float *scales, size_t row, size_t stride, size_t i) {
    float x;
    ck_bfloat_to_float((const uint16_t *)rows + row * stride + i, &x, 1);
    return x;
}

INLINE void bf16_add_value(const size_t G, const size_t DIM, const uint32_t *value, const float *weights, size_t room, vec s[GROUP][DIM_MAX / LANES]) {
#pragma clang loop unroll(full)
    for (size_t d = 0; d < DIM / 2 / LANES; d++) {
        const ivec v = words(value + d * LANES);
#pragma clang loop unroll(full)
        for (size_t g = 0; g < G; g++) {
            const vec p = all(weights[g * room]);
            s[g][2 * d] += p * (vec)(v << 16);
            s[g][2 * d + 1] += p * (vec)(v & (int32_t)0xffff0000);
        }
    }
}

// MARK: Convolutions. Rows are padded to whole blocks of 32 numbers, which fill a row of a tile.

INLINE uint32_t bf16_bits(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
}
INLINE size_t bf16_filter_words(size_t k) { return (k + 31) / 32 * 16; }
INLINE void bf16_put(void *row, size_t i, vec x) { *(shorts *)((uint16_t *)row + i) = round_bfloats(x); }

#include "attention.h"
#include "convolve.h"
#if defined(HAS_TILES)
#include "tiles.h"
#endif
#include "peak.h"

static const ck_type bf16_type = {
    .name = "bf16",
    .row_bytes = bf16_row_bytes,
    .inputs_max = INT32_MAX,
    .packed_bytes = bf16_packed_bytes,
    .pack = bf16_pack,
    .unpack = bf16_unpack,
    .take = bf16_take,
    .widen = bf16_widen,
    .multiply = bf16_multiply,
    .attend = bf16_attend,
    .filter_row_bytes = bf16_filter_row_bytes,
    .filter_bytes = bf16_filter_bytes,
    .pack_filter = bf16_pack_filter,
    .activate = bf16_activate,
#if defined(HAS_TILES)
    .convolve = tiles_convolve,
#else
    .convolve = bf16_convolve,
#endif
    .peak = bf16_peak,
};

#undef TYPE
#undef EACH
