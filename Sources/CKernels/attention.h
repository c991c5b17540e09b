// Softmax attention over cached rows, for the queries that share a key head. Included once per type; TYPE names the type, EACH is how
// many of its numbers fill a word.
//
//  scores: LANES keys at a time, each a vector of partial sums; LANES of those fold into one vector of scores
//  values: every load serves all queries of the group
//
// The type supplies T(queries), scaled queries to words; T(weights) and T(key), which unpack a query's and a key's words; T(dot);
// T(partial) and T(score), float32 sums of one key and scores of LANES keys; T(add_value); T(offset), which folds the values' scales into
// their weights and returns the values' common offset; T(out), which stores a vector of sums; T(number), one number of a row.

/// Divides x[G, DIM] by √DIM and converts it to words.
INLINE void T(prepare)(const size_t G, const size_t DIM, const float *x, queries *q) {
    float scaled[GROUP_NUMBERS];
    const float root = DIM == 64 ? 8 : 11.3137085f;
    for (size_t i = 0; i < G * DIM; i++) scaled[i] = x[i] / root;
    T(queries)(G, DIM, scaled, q);
}

/// Scores of G queries over one run. A row is W words of 32 bits.
INLINE void T(score_run)(const size_t G, const size_t W, const queries *q, const ck_run *run, size_t stride, float *scores, size_t room) {
    enum { MOST = DIM_MAX / LANES };
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
            // Past the end, repeat the last key; its scores are not stored.
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
                    s = T(dot)(s, T(weights)(query[g][d]), T(key)(k[d]));
                p[g][j] = T(partial)(s);
            }
        }
#pragma clang loop unroll(full)
        for (size_t g = 0; g < G; g++) {
            const vec s = T(score)(fold(p[g]), q, g, run, i, left);
            if (left >= LANES) store(scores + g * room + i, s);
            else store_part(scores + g * room + i, s, left);
        }
    }
}

/// Adds one run's values times their weights to the sums. s[g] holds vectors of sums.
INLINE void T(mix)(const size_t G, const size_t DIM, const float *weights, size_t room, const ck_run *run, size_t stride,
                   vec s[GROUP][DIM_MAX / LANES]) {
    for (size_t i = 0; i < run->count; i++) {
        const uint32_t *value = (const uint32_t *)run->values + i * stride;
        for (size_t d = 0; d < DIM / EACH; d += 16) __builtin_prefetch(value + AHEAD * stride + d, 0, 3);
        T(add_value)(G, DIM, value, weights + i, room, s);
    }
}

/// Attention for G queries of DIM dimensions, 64 or 128. The first `early` queries do not see the last row.
INLINE void T(attend_some)(const size_t G, const size_t DIM, const float *first, const float *rest, size_t early, const ck_run *runs, size_t count,
                   size_t stride, float *scores, float *out) {
    const size_t line = stride / EACH;
    queries q[2];
    T(prepare)(G, DIM, first, &q[0]);
    T(prepare)(G, DIM, rest, &q[1]);
    size_t room = 0, at = 0;
    for (size_t r = 0; r < count; r++) room += runs[r].count;
    for (size_t r = 0; r < count; at += runs[r].count, r++) T(score_run)(G, DIM / EACH, &q[r > 0], runs + r, line, scores + at, room);
    float sums[GROUP], offsets[GROUP] = {0};
    for (size_t g = 0; g < G; g++) sums[g] = soften_seen(scores + g * room, room, g < early);
    vec s[GROUP][DIM_MAX / LANES];
#pragma clang loop unroll(full)
    for (size_t g = 0; g < G; g++)
#pragma clang loop unroll(full)
        for (size_t d = 0; d < DIM / LANES; d++) s[g][d] = all(0);
    at = 0;
    for (size_t r = 0; r < count; at += runs[r].count, r++) {
        for (size_t g = 0; g < G; g++) offsets[g] += T(offset)(scores + g * room + at, runs[r].value_scales, runs[r].count);
        T(mix)(G, DIM, scores + at, room, runs + r, line, s);
    }
#pragma clang loop unroll(full)
    for (size_t g = 0; g < G; g++)
#pragma clang loop unroll(full)
        for (size_t d = 0; d < DIM / LANES; d++) T(out)(out + g * DIM, d, (s[g][d] - offsets[g]) / sums[g]);
}

/// Attention for one query of another dimension, in plain loops.
INLINE void T(attend_plain)(const float *first, const float *rest, bool hidden, const ck_run *runs, size_t count, size_t dim,
                         size_t stride, float *scores, float *out) {
    const float scale = 1.0f / sqrtf((float)dim);
    size_t room = 0;
    for (size_t r = 0; r < count; r++)
        for (size_t i = 0; i < runs[r].count; i++, room++) {
            float s = 0;
            for (size_t d = 0; d < dim; d++) s += (r ? rest : first)[d] * T(number)(runs[r].keys, runs[r].key_scales, i, stride, d);
            scores[room] = s * scale;
        }
    const float total = soften_seen(scores, room, hidden);
    memset(out, 0, dim * sizeof(float));
    for (size_t r = 0; r < count; scores += runs[r].count, r++)
        for (size_t i = 0; i < runs[r].count; i++)
            for (size_t d = 0; d < dim; d++) out[d] += scores[i] / total * T(number)(runs[r].values, runs[r].value_scales, i, stride, d);
}

static void T(attend)(const float *first, const float *rest, size_t group, size_t early, const ck_run *runs, size_t count, size_t dim,
                      size_t stride, float *scores, float *out) {
    for (size_t g = 0, these; g < group; g += these) {
        const float *a = first + g * dim, *b = rest + g * dim;
        const size_t most = dim == 64 || dim == 128 ? GROUP_NUMBERS / dim : 1;
        these = group - g < most ? group - g : most;
        const size_t hidden = early < g ? 0 : early - g;
        if (dim == 64) switch (these) { ATTEND_CASE(1, 64) ATTEND_CASE(2, 64) ATTEND_CASE(3, 64) ATTEND_CASE(4, 64) }
        else if (dim == 128) switch (these) { ATTEND_CASE(1, 128) ATTEND_CASE(2, 128) }
        else T(attend_plain)(a, b, hidden > 0, runs, count, dim, stride, scores, out + g * dim);
    }
}
