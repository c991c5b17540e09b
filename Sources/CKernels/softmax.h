// Parts of attention that all row types share: sums across lanes, and the softmax. Included by body.h, before the types.

/// Queries that share the loads of one pass over the cache.
enum { GROUP = 4 };
/// Dimensions of a head at most, and numbers of all queries of a pass: with more dimensions, a pass has fewer queries.
enum { DIM_MAX = 128, GROUP_NUMBERS = GROUP * 64 };
/// Prefetch distance in rows; without prefetching, half of the time is spent waiting for memory. Past the end of a run in a full
/// cache lie the next head's rows.
enum { AHEAD = 32 };

#define FOLD(a, b, ...) (__builtin_shufflevector(a, b, __VA_ARGS__))

/// Adds adjacent lanes (then pairs, fours and eights) of two vectors at once; each vector gets half of the lanes.
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

/// Queries in the form that products with keys take: scaled words. In int8 also their scales, and what cancels the keys' 128.
typedef struct queries {
    uint32_t words[GROUP_NUMBERS];
    float starts[GROUP], scales[GROUP];
} queries;

/// Multiplies a run's weights by the scales of its values; returns the sum.
INLINE float rescale(float *weights, const float *scales, size_t n) {
    vec total = all(0);
    POINTWISE(n, { vec w = load(weights + i) * load(scales + i); store(weights + i, w); total += w; }, {
        const vec w = load_part(weights + i, left) * load_part(scales + i, left);
        store_part(weights + i, w, left);
        total += w;
    })
    return sum(total);
}

/// Replaces scores by exp(scores - maximum); returns their sum.
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

/// The same, but if `hidden` the last row gets no weight.
INLINE float soften_seen(float *scores, size_t n, bool hidden) {
    const float total = soften(scores, n - hidden);
    if (hidden) scores[n - 1] = 0;
    return total;
}

#define ATTEND_CASE(G, DIM) case G: T(attend_some)(G, DIM, a, b, hidden, runs, count, stride, scores, out + g * dim); break;
