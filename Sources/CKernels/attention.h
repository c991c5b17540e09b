// Softmax attention of the queries that share a key head, over runs of cached rows. Included by body.h, after dots.h.
//
//  scores: LANES keys at a time, each a vector of partial sums; LANES of those fold into one vector of scores
//  values: every load serves all queries of the group
//
// K is how rows are cached, a ck_product. For bfloat16 a vector of 32-bit words holds two neighbouring dimensions in each lane, and
// sums of values are kept apart for even and odd ones until the end. For int8 it holds four; queries become int8 too, and each row's
// scale goes into its score and into the weight of its values.

/// Queries that share the loads of one pass over the cache.
enum { GROUP = 4 };
/// Rows that are fetched ahead of the arithmetic, which alone waits for memory half of the time. Past a run's end they are the next
/// head's in a full cache.
enum { AHEAD = 32 };

#define FOLD(a, b, ...) (__builtin_shufflevector(a, b, __VA_ARGS__))

/// Adds neighbours, then neighbouring pairs, fours and eights, of two vectors at once: half of the lanes for each.
INLINE vec fold1(vec a, vec b) {
#if LANES == 16
    return FOLD(a, b, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30) +
           FOLD(a, b, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31);
#elif LANES == 8
    return FOLD(a, b, 0, 8, 2, 10, 4, 12, 6, 14) + FOLD(a, b, 1, 9, 3, 11, 5, 13, 7, 15);
#else
    return FOLD(a, b, 0, 4, 2, 6) + FOLD(a, b, 1, 5, 3, 7);
#endif
}

INLINE vec fold2(vec a, vec b) {
#if LANES == 16
    return FOLD(a, b, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29) +
           FOLD(a, b, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
#elif LANES == 8
    return FOLD(a, b, 0, 1, 8, 9, 4, 5, 12, 13) + FOLD(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
#else
    return FOLD(a, b, 0, 1, 4, 5) + FOLD(a, b, 2, 3, 6, 7);
#endif
}

#if LANES == 16
INLINE vec fold4(vec a, vec b) {
    return FOLD(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27) +
           FOLD(a, b, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
}
INLINE vec fold8(vec a, vec b) {
    return FOLD(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23) +
           FOLD(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
}
#elif LANES == 8
INLINE vec fold4(vec a, vec b) { return FOLD(a, b, 0, 1, 2, 3, 8, 9, 10, 11) + FOLD(a, b, 4, 5, 6, 7, 12, 13, 14, 15); }
#endif

/// Lane j is the sum of the lanes of p[j].
INLINE vec fold(const vec p[LANES]) {
    vec two[LANES / 2], four[LANES / 4];
#pragma clang loop unroll(full)
    for (size_t i = 0; i < LANES / 2; i++) two[i] = fold1(p[2 * i], p[2 * i + 1]);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < LANES / 4; i++) four[i] = fold2(two[2 * i], two[2 * i + 1]);
#if LANES == 16
    return fold8(fold4(four[0], four[1]), fold4(four[2], four[3]));
#elif LANES == 8
    return fold4(four[0], four[1]);
#else
    return four[0];
#endif
}

/// Queries as the products with keys take them: rows of words, scaled. For int8 with what the keys' 128 adds, taken away, and scales.
typedef struct queries {
    uint32_t words[GROUP * 64];
    float starts[GROUP], scales[GROUP];
} queries;

/// Rows of 64 dimensions from x[G, 64], divided by 8.
INLINE void prepare(const size_t G, const int K, const float *x, queries *q) {
    enum { DIM = 64 };
    float scaled[GROUP * DIM];
    for (size_t i = 0; i < G * DIM; i++) scaled[i] = x[i] / 8;
    if (K == CK_PRODUCT_FLOATS) memcpy(q->words, scaled, sizeof scaled);
    else if (K == CK_PRODUCT_BFLOATS) run_shorten(scaled, (uint16_t *)q->words, G, DIM);
    else {
        uint8_t *bytes = (uint8_t *)q->words;
        run_quantize(scaled, bytes, q->scales, G, DIM);
        for (size_t g = 0; g < G; g++) {
            int32_t total = 0;
            for (size_t d = 0; d < DIM; d++) total += bytes[g * DIM + d] - 128;
            q->starts[g] = DOT_SIGNED ? 0 : -128.0f * (float)total;
        }
        for (size_t i = 0; i < G * DIM / 4; i++) q->words[i] ^= 0x80808080u;
    }
}

/// Scores of G queries over one run. Rows are W words of 32 bits: W is the dimension, half of it for bfloat16, a quarter for int8.
INLINE void score(const size_t G, const size_t W, const int K, const queries *q, const ck_run *run, size_t stride, float *scores, size_t room) {
    enum { MOST = 64 / LANES };
    const size_t D = W / LANES;
    ivec query[GROUP][MOST];
#pragma clang loop unroll(full)
    for (size_t g = 0; g < G; g++)
#pragma clang loop unroll(full)
        for (size_t d = 0; d < D; d++) query[g][d] = words(q->words + g * W + d * LANES);
    for (size_t i = 0; i < run->count; i += LANES) {
        const size_t left = run->count - i;
        vec p[GROUP][LANES];
#pragma clang loop unroll(full)
        for (size_t j = 0; j < LANES; j++) {
            // Past the end the last key stands in; its scores are not stored.
            const uint32_t *key = (const uint32_t *)run->keys + (i + (j < left ? j : left - 1)) * stride;
            for (size_t d = 0; d < W; d += 16) __builtin_prefetch(key + AHEAD * stride + d, 0, 3);
            ivec k[MOST];
#pragma clang loop unroll(full)
            for (size_t d = 0; d < D; d++) k[d] = words(key + d * LANES);
#pragma clang loop unroll(full)
            for (size_t g = 0; g < G; g++) {
                ivec s = all_words(0);
#pragma clang loop unroll(full)
                for (size_t d = 0; d < D; d++)
                    s = K == CK_PRODUCT_BYTES    ? dot_bytes(s, weight_bytes(query[g][d]), rows_bytes(k[d]))
                        : K == CK_PRODUCT_BFLOATS ? dot_bfloats(s, split_bfloats(k[d]), split_bfloats(query[g][d]))
                                                  : (ivec)((vec)s + (vec)query[g][d] * (vec)k[d]);
                // Sums of 64 products of bytes are exact in float32.
                p[g][j] = K == CK_PRODUCT_BYTES ? __builtin_convertvector(s, vec) : (vec)s;
            }
        }
#pragma clang loop unroll(full)
        for (size_t g = 0; g < G; g++) {
            vec s = fold(p[g]);
            if (K == CK_PRODUCT_BYTES) {
                const vec scales = left >= LANES ? load(run->key_scales + i) : load_part(run->key_scales + i, left);
                s = (s + q->starts[g]) * (q->scales[g] * scales);
            }
            if (left >= LANES) store(scores + g * room + i, s);
            else store_part(scores + g * room + i, s, left);
        }
    }
}

/// Adds the values of one run, weighted. s[g]: vectors of sums; for bfloat16 those of even and of odd dimensions in turn.
INLINE void mix(const size_t G, const size_t W, const int K, const float *weights, size_t room, const ck_run *run, size_t stride,
                vec s[GROUP][64 / LANES]) {
    const size_t D = (K == CK_PRODUCT_BYTES ? 64 : W) / LANES;
    for (size_t i = 0; i < run->count; i++) {
        const uint32_t *value = (const uint32_t *)run->values + i * stride;
        for (size_t d = 0; d < W; d += 16) __builtin_prefetch(value + AHEAD * stride + d, 0, 3);
#pragma clang loop unroll(full)
        for (size_t d = 0; d < D; d++) {
            const vec wide = K == CK_PRODUCT_BYTES ? __builtin_convertvector(((const bytes *)value)[d], vec) : all(0);
            const ivec v = K == CK_PRODUCT_BYTES ? all_words(0) : words(value + d * LANES);
#pragma clang loop unroll(full)
            for (size_t g = 0; g < G; g++) {
                const vec p = all(weights[g * room + i]);
                if (K == CK_PRODUCT_BFLOATS) {
                    s[g][2 * d] += p * (vec)(v << 16);
                    s[g][2 * d + 1] += p * (vec)(v & (int32_t)0xffff0000);
                } else {
                    s[g][d] += p * (K == CK_PRODUCT_BYTES ? wide : (vec)v);
                }
            }
        }
    }
}

/// Multiplies the weights of a run's values by the values' scales; returns the sum.
static float rescale(float *weights, const float *scales, size_t n) {
    vec total = all(0);
    POINTWISE(n, { vec w = load(weights + i) * load(scales + i); store(weights + i, w); total += w; }, {
        const vec w = load_part(weights + i, left) * load_part(scales + i, left);
        store_part(weights + i, w, left);
        total += w;
    })
    return sum(total);
}

/// scores to exp(scores - their maximum); returns their sum.
static float soften(float *scores, size_t n) {
    float maximum = -INFINITY;
    vec most = all(-INFINITY), total = all(0);
    {
        POINTWISE(n, most = larger(most, load(scores + i)), {
            for (size_t j = 0; j < left; j++) maximum = fmaxf(maximum, scores[i + j]);
        })
    }
    float lanes[LANES];
    store(lanes, most);
    for (size_t j = 0; j < LANES; j++) maximum = fmaxf(maximum, lanes[j]);
    POINTWISE(n, { vec e = exponential(load(scores + i) - maximum); store(scores + i, e); total += e; }, {
        float t[LANES];
        for (size_t j = 0; j < LANES; j++) t[j] = j < left ? scores[i + j] - maximum : -INFINITY;
        store(t, exponential(load(t)));
        for (size_t j = 0; j < LANES; j++) t[j] = j < left ? t[j] : 0;
        memcpy(scores + i, t, left * sizeof(float));
        total += load(t);
    })
    return sum(total);
}

/// The same where the last row may be hidden: it gets no weight.
INLINE float soften_seen(float *scores, size_t n, bool hidden) {
    const float total = soften(scores, n - hidden);
    if (hidden) scores[n - 1] = 0;
    return total;
}

/// G queries of 64 dimensions, of which the first `early` do not see the last row.
INLINE void attend(const size_t G, const int K, const float *first, const float *rest, size_t early, const ck_run *runs, size_t count,
                   size_t stride, float *scores, float *out) {
    enum { DIM = 64 };
    const size_t each = K == CK_PRODUCT_BYTES ? 4 : K == CK_PRODUCT_BFLOATS ? 2 : 1, W = DIM / each, line = stride / each;
    queries q[2];
    prepare(G, K, first, &q[0]);
    prepare(G, K, rest, &q[1]);
    size_t room = 0, at = 0;
    for (size_t r = 0; r < count; r++) room += runs[r].count;
    for (size_t r = 0; r < count; at += runs[r].count, r++) score(G, W, K, &q[r > 0], runs + r, line, scores + at, room);
    float sums[GROUP], offsets[GROUP] = {0};
    for (size_t g = 0; g < G; g++) sums[g] = soften_seen(scores + g * room, room, g < early);
    vec s[GROUP][DIM / LANES];
#pragma clang loop unroll(full)
    for (size_t g = 0; g < G; g++)
#pragma clang loop unroll(full)
        for (size_t d = 0; d < DIM / LANES; d++) s[g][d] = all(0);
    at = 0;
    for (size_t r = 0; r < count; at += runs[r].count, r++) {
        if (K == CK_PRODUCT_BYTES)
            for (size_t g = 0; g < G; g++) offsets[g] += 128 * rescale(scores + g * room + at, runs[r].value_scales, runs[r].count);
        mix(G, W, K, scores + at, room, runs + r, line, s);
    }
#pragma clang loop unroll(full)
    for (size_t g = 0; g < G; g++)
#pragma clang loop unroll(full)
        for (size_t d = 0; d < DIM / LANES; d++) {
            const vec y = (s[g][d] - offsets[g]) / sums[g];
            if (K != CK_PRODUCT_BFLOATS) store(out + g * DIM + d * LANES, y);
            else
                for (size_t j = 0; j < LANES; j++) out[g * DIM + (d / 2 * LANES + j) * 2 + d % 2] = y[j];
        }
}

/// Number i of row `row`.
INLINE float cached(const int K, const void *rows, const float *scales, size_t row, size_t stride, size_t i) {
    float x;
    if (K == CK_PRODUCT_BYTES) return (float)(((const uint8_t *)rows)[row * stride + i] - 128) * scales[row];
    if (K == CK_PRODUCT_BFLOATS) ck_bfloat_to_float((const uint16_t *)rows + row * stride + i, &x, 1);
    else x = ((const float *)rows)[row * stride + i];
    return x;
}

/// Any dimension, one query: plain loops.
INLINE void attend_plain(const int K, const float *first, const float *rest, bool hidden, const ck_run *runs, size_t count, size_t dim,
                         size_t stride, float *scores, float *out) {
    const float scale = 1.0f / sqrtf((float)dim);
    size_t room = 0;
    for (size_t r = 0; r < count; r++)
        for (size_t i = 0; i < runs[r].count; i++, room++) {
            float s = 0;
            for (size_t d = 0; d < dim; d++) s += (r ? rest : first)[d] * cached(K, runs[r].keys, runs[r].key_scales, i, stride, d);
            scores[room] = s * scale;
        }
    const float total = soften_seen(scores, room, hidden);
    memset(out, 0, dim * sizeof(float));
    for (size_t r = 0; r < count; scores += runs[r].count, r++)
        for (size_t i = 0; i < runs[r].count; i++)
            for (size_t d = 0; d < dim; d++) out[d] += scores[i] / total * cached(K, runs[r].values, runs[r].value_scales, i, stride, d);
}

#define ATTEND_CASE(G) case G: attend(G, K, a, b, hidden, runs, count, stride, scores, out + g * dim); break;

INLINE void attend_all(const int K, const float *first, const float *rest, size_t group, size_t early, const ck_run *runs, size_t count,
                       size_t dim, size_t stride, float *scores, float *out) {
    for (size_t g = 0, these; g < group; g += these) {
        const float *a = first + g * dim, *b = rest + g * dim;
        these = dim != 64 ? 1 : group - g < GROUP ? group - g : GROUP;
        const size_t hidden = early < g ? 0 : early - g;
        if (dim != 64) attend_plain(K, a, b, hidden > 0, runs, count, dim, stride, scores, out + g * dim);
        else switch (these) { ATTEND_CASE(1) ATTEND_CASE(2) ATTEND_CASE(3) ATTEND_CASE(4) }
    }
}

#define ATTEND(name, K) \
    static void name(const float *first, const float *rest, size_t group, size_t early, const ck_run *runs, size_t count, size_t dim, \
                     size_t stride, float *scores, float *out) { \
        attend_all(K, first, rest, group, early, runs, count, dim, stride, scores, out); \
    }
ATTEND(run_attend, CK_PRODUCT_FLOATS)
ATTEND(run_attend_bfloats, CK_PRODUCT_BFLOATS)
ATTEND(run_attend_bytes, CK_PRODUCT_BYTES)
