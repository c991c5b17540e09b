// Softmax attention of the queries that share a key head, over runs of cached rows. Included by body.h.

/// Scores of G queries over one run. D vectors a head.
INLINE void score(const size_t G, const size_t D, const float *q, const ck_run *run, size_t stride, float scale,
                  float *scores, size_t room) {
    vec query[G * D];
#pragma clang loop unroll(full)
    for (size_t j = 0; j < G * D; j++) query[j] = load(q + j * LANES) * scale;
    for (size_t i = 0; i < run->count; i++) {
        const float *key = run->keys + i * stride;
#pragma clang loop unroll(full)
        for (size_t g = 0; g < G; g++) {
            vec s = all(0);
#pragma clang loop unroll(full)
            for (size_t d = 0; d < D; d++) s = s + query[g * D + d] * load(key + d * LANES);
            scores[g * room + i] = sum(s);
        }
    }
}

/// Adds the values of one run, weighted.
INLINE void mix(const size_t G, const size_t D, const float *weights, size_t room, const ck_run *run, size_t stride, float *out) {
    vec s[G * D];
#pragma clang loop unroll(full)
    for (size_t j = 0; j < G * D; j++) s[j] = load(out + j * LANES);
    for (size_t i = 0; i < run->count; i++) {
        const float *value = run->values + i * stride;
#pragma clang loop unroll(full)
        for (size_t g = 0; g < G; g++) {
            const vec p = all(weights[g * room + i]);
#pragma clang loop unroll(full)
            for (size_t d = 0; d < D; d++) s[g * D + d] = s[g * D + d] + p * load(value + d * LANES);
        }
    }
#pragma clang loop unroll(full)
    for (size_t j = 0; j < G * D; j++) store(out + j * LANES, s[j]);
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

INLINE void attend(const size_t G, const size_t D, const float *first, const float *rest, const ck_run *runs, size_t count,
                   size_t stride, float *scores, float *out) {
    const float scale = 1.0f / sqrtf((float)(D * LANES));
    size_t room = 0, at = 0;
    for (size_t r = 0; r < count; r++) room += runs[r].count;
    for (size_t r = 0; r < count; at += runs[r].count, r++) score(G, D, r ? rest : first, runs + r, stride, scale, scores + at, room);
    float sums[G];
    for (size_t g = 0; g < G; g++) sums[g] = soften(scores + g * room, room);
    memset(out, 0, G * D * LANES * sizeof(float));
    at = 0;
    for (size_t r = 0; r < count; at += runs[r].count, r++) mix(G, D, scores + at, room, runs + r, stride, out);
    for (size_t g = 0; g < G; g++)
        for (size_t d = 0; d < D; d++) store(out + (g * D + d) * LANES, load(out + (g * D + d) * LANES) / sums[g]);
}

/// Any dimension, one query: plain loops.
static void attend_plain(const float *first, const float *rest, const ck_run *runs, size_t count, size_t dim, size_t stride,
                         float *scores, float *out) {
    const float scale = 1.0f / sqrtf((float)dim);
    size_t room = 0;
    for (size_t r = 0; r < count; r++)
        for (size_t i = 0; i < runs[r].count; i++, room++) {
            float s = 0;
            for (size_t d = 0; d < dim; d++) s += (r ? rest : first)[d] * runs[r].keys[i * stride + d];
            scores[room] = s * scale;
        }
    const float total = soften(scores, room);
    memset(out, 0, dim * sizeof(float));
    for (size_t r = 0; r < count; scores += runs[r].count, r++)
        for (size_t i = 0; i < runs[r].count; i++)
            for (size_t d = 0; d < dim; d++) out[d] += scores[i] / total * runs[r].values[i * stride + d];
}

static void run_attend(const float *first, const float *rest, size_t group, const ck_run *runs, size_t count, size_t dim,
                       size_t stride, float *scores, float *out) {
    for (size_t g = 0; g < group;) {
        const float *a = first + g * dim, *b = rest + g * dim;
        if (dim == 64 && group - g >= 2) {
            attend(2, 64 / LANES, a, b, runs, count, stride, scores, out + g * dim);
            g += 2;
        } else {
            if (dim == 64) attend(1, 64 / LANES, a, b, runs, count, stride, scores, out + g * dim);
            else attend_plain(a, b, runs, count, dim, stride, scores, out + g * dim);
            g += 1;
        }
    }
}
