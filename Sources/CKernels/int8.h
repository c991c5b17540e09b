// int8: a scale per output for weights, a scale per row for rows. Four numbers per word; sums are exact. Rows are stored plus 128,
// because vpdpbusd requires one unsigned operand. types.h includes it once per instruction set, which may define DOT_BYTES(s,
// weights, row), the dot products of words; if DOT_SIGNED is 1, both operands are signed.
#define TYPE int8
#define EACH 4
#ifndef DOT_SIGNED
#define DOT_SIGNED 0
#endif

#if defined(DOT_BYTES)
INLINE pair int8_weights(ivec w) { return (pair){w, w}; }
INLINE pair int8_row(uint32_t x) { return (pair){all_words(DOT_SIGNED ? x ^ 0x80808080u : x), all_words(0)}; }
/// The same for a different word in each lane.
INLINE pair int8_key(ivec x) { return (pair){DOT_SIGNED ? x ^ (int32_t)0x80808080 : x, all_words(0)}; }
INLINE ivec int8_dot(ivec s, pair w, pair x) { return DOT_BYTES(s, w.even, x.even); }
#else
typedef int16_t svec __attribute__((vector_size(LANES * 4), aligned(4), may_alias));
/// Bytes 0 and 2, and bytes 1 and 3, as 16-bit numbers, so that products cannot overflow as they may in vpmaddubsw.
INLINE pair int8_weights(ivec w) { return (pair){(ivec)((svec)((svec)w << 8) >> 8), (ivec)((svec)w >> 8)}; }
INLINE pair int8_row(uint32_t x) { return (pair){all_words(x & 0x00ff00ffu), all_words(x >> 8 & 0x00ff00ffu)}; }
INLINE pair int8_key(ivec x) { return (pair){x & 0x00ff00ff, x >> 8 & 0x00ff00ff}; }
#if !defined(MULTIPLY_PAIRS)
/// Sums of products of adjacent 16-bit numbers, as in vpmaddwd.
#define MULTIPLY_PAIRS(a, b) (((ivec)(a) << 16 >> 16) * ((ivec)(b) << 16 >> 16) + ((ivec)(a) >> 16) * ((ivec)(b) >> 16))
#endif
INLINE ivec int8_dot(ivec s, pair w, pair x) { return s + MULTIPLY_PAIRS(w.even, x.even) + MULTIPLY_PAIRS(w.odd, x.odd); }
#endif

// MARK: Weights
//
// scales [n] floats, starts [n] words, then panels [n / 64, steps, 64] of words; n is padded with zeros to a whole panel. A weight is
// `scale * q`, exact to half a scale, with q from -127 to 127. A start cancels the 128 that is added to the inputs: it is -128 times
// the sum of q.

/// If its largest magnitude is no greater than this, a row of weights or inputs becomes zeros.
#define LEAST 1e-30f
/// The largest k whose sums cannot overflow: 255 * 127 * k stays below 2^31.
enum { INT8_INPUTS_MAX = 65536 };

static size_t int8_packed_bytes(size_t n, size_t k) { return padded(n) * (2 + steps(k, EACH)) * sizeof(uint32_t); }

static bool int8_pack(const float *w, void *packed, size_t n, size_t k) {
    float *scales = packed;
    int32_t *starts = (int32_t *)(scales + padded(n));
    uint32_t *target = (uint32_t *)(starts + padded(n));
    memset(packed, 0, int8_packed_bytes(n, k));
    for (size_t c = 0; c < n; c++, w += k) {
        float most = 0;
        for (size_t i = 0; i < k; i++) most = fmaxf(most, fabsf(w[i]));
        const float inverse = most > LEAST ? 127 / most : 0;
        scales[c] = most / 127;
        for (size_t i = 0; i < k; i++) {
            const int32_t q = (int32_t)rintf(w[i] * inverse);
            target[place(c, i / 4, steps(k, EACH))] |= ((uint32_t)q & 255) << 8 * (i % 4);
            starts[c] -= 128 * q;
        }
    }
    return true;
}

static void int8_unpack(const void *packed, size_t c, float *w, size_t n, size_t k) {
    const float *scales = packed;
    const uint32_t *numbers = (const uint32_t *)scales + 2 * padded(n);
    for (size_t i = 0; i < k; i++) w[i] = (float)(int8_t)(numbers[place(c, i / 4, steps(k, EACH))] >> 8 * (i % 4)) * scales[c];
}

// MARK: Rows

/// The largest magnitude of x[k].
INLINE float largest(const float *x, size_t k) {
    vec most = all(0);
    POINTWISE(k, most = larger(most, magnitude(load(x + i))), most = larger(most, magnitude(load_part(x + i, left))))
    float t[LANES], out = 0;
    store(t, most);
    for (size_t i = 0; i < LANES; i++) out = t[i] > out ? t[i] : out;
    return out;
}

/// Rounds to -127...127 plus 128, in the low byte of each lane: adding 1.5 * 2^23 + 128 puts it there.
INLINE bytes round_bytes(vec x, float inverse) {
    return __builtin_convertvector((ivec)(x * inverse + (round_bias + 128)), bytes);
}

static size_t int8_row_bytes(size_t k) { return steps(k, EACH) * sizeof(uint32_t); }

static void int8_take(const float *x, void *rows, float *scales, size_t m, size_t k) {
    const size_t width = steps(k, EACH) * EACH;
    uint8_t *q = rows;
    for (size_t row = 0; row < m; row++, x += k, q += width) {
        const float most = largest(x, k), inverse = most > LEAST ? 127 / most : 0;
        scales[row] = most / 127;
        POINTWISE(k, *(bytes *)(q + i) = round_bytes(load(x + i), inverse), {
            const bytes t = round_bytes(load_part(x + i, left), inverse);
            memcpy(q + i, &t, width - i);
        })
    }
}

static void int8_widen(const void *row, const float *scale, float *x, size_t k) {
    for (size_t i = 0; i < k; i++) x[i] = (float)(((const uint8_t *)row)[i] - 128) * *scale;
}

// MARK: Products

INLINE ivec int8_start(const dots *d, size_t at) { return DOT_SIGNED ? all_words(0) : words((const uint32_t *)d->starts + at); }
INLINE vec int8_total(const dots *d, size_t row, size_t at, ivec s) {
    return __builtin_convertvector(s, vec) * (d->row_scales[row] * load(d->scales + at));
}

#include "dots.h"

static void int8_multiply(const void *x, const float *row_scales, const void *packed, const float *bias, float *y, size_t m, size_t n, size_t k) {
    const float *scales = packed;
    const int32_t *starts = (const int32_t *)(scales + padded(n));
    int8_product(&(dots){x, (const uint32_t *)(starts + padded(n)), row_scales, scales, bias, starts, y, m, n, steps(k, EACH)});
}

// MARK: Attention. Queries become int8 too. A key's scale goes into its score, a value's scale into its weight.

INLINE void int8_queries(const size_t G, const size_t DIM, const float *scaled, queries *q) {
    uint8_t *bytes = (uint8_t *)q->words;
    int8_take(scaled, bytes, q->scales, G, DIM);
    for (size_t g = 0; g < G; g++) {
        int32_t total = 0;
        for (size_t d = 0; d < DIM; d++) total += bytes[g * DIM + d] - 128;
        q->starts[g] = DOT_SIGNED ? 0 : -128.0f * (float)total;
    }
    for (size_t i = 0; i < G * DIM / EACH; i++) q->words[i] ^= 0x80808080u;
}

/// Sums of 128 byte products are exact in float32.
INLINE vec int8_partial(ivec s) { return __builtin_convertvector(s, vec); }

INLINE vec int8_score(vec s, const queries *q, size_t g, const ck_run *run, size_t i, size_t left) {
    const vec scales = left >= LANES ? load(run->key_scales + i) : load_part(run->key_scales + i, left);
    return (s + q->starts[g]) * (q->scales[g] * scales);
}

INLINE float int8_offset(float *weights, const float *scales, size_t n) { return 128 * rescale(weights, scales, n); }
INLINE void int8_out(float *out, size_t d, vec y) { store(out + d * LANES, y); }
INLINE float int8_number(const void *rows, const float *scales, size_t row, size_t stride, size_t i) {
    return (float)(((const uint8_t *)rows)[row * stride + i] - 128) * scales[row];
}

INLINE void int8_add_value(const size_t G, const size_t DIM, const uint32_t *value, const float *weights, size_t room, vec s[GROUP][DIM_MAX / LANES]) {
#pragma clang loop unroll(full)
    for (size_t d = 0; d < DIM / LANES; d++) {
        const vec wide = __builtin_convertvector(((const bytes *)value)[d], vec);
#pragma clang loop unroll(full)
        for (size_t g = 0; g < G; g++) s[g][d] += all(weights[g * room]) * wide;
    }
}

#include "attention.h"
#include "peak.h"

static const ck_type int8_type = {
    .name = "int8",
    .row_bytes = int8_row_bytes,
    .is_scaled = true,
    .inputs_max = INT8_INPUTS_MAX,
    .packed_bytes = int8_packed_bytes,
    .pack = int8_pack,
    .unpack = int8_unpack,
    .take = int8_take,
    .widen = int8_widen,
    .multiply = int8_multiply,
    .attend = int8_attend,
    .peak = int8_peak,
};

#undef TYPE
#undef EACH
