// Softmax attention of the queries that share a key head, over runs of cached rows. Included by body.h, after dots.h.
//
//  scores: LANES keys at a time, each a vector of partial sums; LANES of those fold into one vector of scores
//  values: every load serves all queries of the group
//
// B is 1 where cached rows are bfloat16. A vector of 32-bit words then holds two neighbouring dimensions in each lane, and sums
// of values are kept apart for even and odd ones until the end.

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

/// Scores of G queries over one run. Rows are W words of 32 bits: W is the dimension, or half of it for bfloat16. `q` holds the
/// queries as rows of words, scaled.
INLINE void score(const size_t G, const size_t W, const int B, const uint32_t *q, const ck_run *run, size_t stride, float *scores, size_t room) {
    enum { MOST = 64 / LANES };
    const size_t D = W / LANES;
    ivec query[GROUP][MOST];
#pragma clang loop unroll(full)
    for (size_t g = 0; g < G; g++)
#pragma clang loop unroll(full)
        for (size_t d = 0; d < D; d++) query[g][d] = words(q + g * W + d * LANES);
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
                    s = B ? dot_bfloats(s, split_bfloats(k[d]), split_bfloats(query[g][d])) : (ivec)((vec)s + (vec)query[g][d] * (vec)k[d]);
                p[g][j] = (vec)s;
            }
        }
#pragma clang loop unroll(full)
        for (size_t g = 0; g < G; g++) {
            const vec s = fold(p[g]);
            if (left >= LANES) store(scores + g * room + i, s);
            else store_part(scores + g * room + i, s, left);
        }
    }
}

/// Adds the values of one run, weighted. s[g]: D vectors of sums, or for bfloat16 D of even and D of odd dimensions.
INLINE void mix(const size_t G, const size_t W, const int B, const float *weights, size_t room, const ck_run *run, size_t stride,
                vec s[GROUP][64 / LANES]) {
    const size_t D = W / LANES;
    for (size_t i = 0; i < run->count; i++) {
        const uint32_t *value = (const uint32_t *)run->values + i * stride;
        for (size_t d = 0; d < W; d += 16) __builtin_prefetch(value + AHEAD * stride + d, 0, 3);
#pragma clang loop unroll(full)
        for (size_t d = 0; d < D; d++) {
            const ivec v = words(value + d * LANES);
#pragma clang loop unroll(full)
            for (size_t g = 0; g < G; g++) {
                const vec p = all(weights[g * room + i]);
                if (B) {
                    s[g][2 * d] += p * (vec)(v << 16);
                    s[g][2 * d + 1] += p * (vec)(v & (int32_t)0xffff0000);
                } else {
                    s[g][d] += p * (vec)v;
                }
            }
        }
    }
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

/// G queries of 64 dimensions.
INLINE void attend(const size_t G, const int B, const float *first, const float *rest, const ck_run *runs, size_t count, size_t stride,
                   float *scores, float *out) {
    enum { DIM = 64 };
    const size_t W = B ? DIM / 2 : DIM, line = B ? stride / 2 : stride;
    float scaled[2][GROUP * DIM];
    uint16_t shortened[2][GROUP * DIM];
    for (size_t i = 0; i < G * DIM; i++) {
        scaled[0][i] = first[i] / 8;
        scaled[1][i] = rest[i] / 8;
    }
    if (B) {
        run_shorten(scaled[0], shortened[0], G, DIM);
        run_shorten(scaled[1], shortened[1], G, DIM);
    }
    size_t room = 0, at = 0;
    for (size_t r = 0; r < count; r++) room += runs[r].count;
    for (size_t r = 0; r < count; at += runs[r].count, r++)
        score(G, W, B, B ? (const uint32_t *)shortened[r > 0] : (const uint32_t *)scaled[r > 0], runs + r, line, scores + at, room);
    float sums[GROUP];
    for (size_t g = 0; g < G; g++) sums[g] = soften(scores + g * room, room);
    vec s[GROUP][DIM / LANES];
#pragma clang loop unroll(full)
    for (size_t g = 0; g < G; g++)
#pragma clang loop unroll(full)
        for (size_t d = 0; d < DIM / LANES; d++) s[g][d] = all(0);
    at = 0;
    for (size_t r = 0; r < count; at += runs[r].count, r++) mix(G, W, B, scores + at, room, runs + r, line, s);
#pragma clang loop unroll(full)
    for (size_t g = 0; g < G; g++)
#pragma clang loop unroll(full)
        for (size_t d = 0; d < DIM / LANES; d++) {
            const vec y = s[g][d] / sums[g];
            if (!B) store(out + g * DIM + d * LANES, y);
            else
                for (size_t j = 0; j < LANES; j++) out[g * DIM + (d / 2 * LANES + j) * 2 + d % 2] = y[j];
        }
}

/// Number i of a cached row.
INLINE float cached(const int B, const void *row, size_t i) {
    float x;
    if (B) ck_bfloat_to_float((const uint16_t *)row + i, &x, 1);
    else x = ((const float *)row)[i];
    return x;
}

/// Any dimension, one query: plain loops.
INLINE void attend_plain(const int B, const float *first, const float *rest, const ck_run *runs, size_t count, size_t dim, size_t stride,
                         float *scores, float *out) {
    const float scale = 1.0f / sqrtf((float)dim);
    size_t room = 0;
    for (size_t r = 0; r < count; r++)
        for (size_t i = 0; i < runs[r].count; i++, room++) {
            float s = 0;
            for (size_t d = 0; d < dim; d++) s += (r ? rest : first)[d] * cached(B, runs[r].keys, i * stride + d);
            scores[room] = s * scale;
        }
    const float total = soften(scores, room);
    memset(out, 0, dim * sizeof(float));
    for (size_t r = 0; r < count; scores += runs[r].count, r++)
        for (size_t i = 0; i < runs[r].count; i++)
            for (size_t d = 0; d < dim; d++) out[d] += scores[i] / total * cached(B, runs[r].values, i * stride + d);
}

#define ATTEND_CASE(G) case G: attend(G, B, a, b, runs, count, stride, scores, out + g * dim); break;

INLINE void attend_all(const int B, const float *first, const float *rest, size_t group, const ck_run *runs, size_t count, size_t dim,
                       size_t stride, float *scores, float *out) {
    for (size_t g = 0, these; g < group; g += these) {
        const float *a = first + g * dim, *b = rest + g * dim;
        these = dim != 64 ? 1 : group - g < GROUP ? group - g : GROUP;
        if (dim != 64) attend_plain(B, a, b, runs, count, dim, stride, scores, out + g * dim);
        else switch (these) { ATTEND_CASE(1) ATTEND_CASE(2) ATTEND_CASE(3) ATTEND_CASE(4) }
    }
}

static void run_attend(const float *first, const float *rest, size_t group, const ck_run *runs, size_t count, size_t dim,
                       size_t stride, float *scores, float *out) {
    attend_all(0, first, rest, group, runs, count, dim, stride, scores, out);
}

static void run_attend_bfloats(const float *first, const float *rest, size_t group, const ck_run *runs, size_t count, size_t dim,
                               size_t stride, float *scores, float *out) {
    attend_all(1, first, rest, group, runs, count, dim, stride, scores, out);
}
