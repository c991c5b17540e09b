// What a core can do at most with an instruction set: products that need no memory, and reading. For benches. Included by body.h.

/// Hides from the compiler that v stays the same.
#if defined(__aarch64__)
#define OPAQUE(v) __asm__ volatile("" : "+w"(v))
#elif defined(__x86_64__)
#define OPAQUE(v) __asm__ volatile("" : "+v"(v))
#else
#define OPAQUE(v) (void)(v)
#endif

/// Sums that depend on one another are so many apart that none waits: 4 rows by VECTORS.
INLINE double peak(const ck_product kind, size_t rounds, int32_t *out) {
    ivec s[4][VECTORS];
    pair w[VECTORS];
    for (size_t v = 0; v < VECTORS; v++) {
        ivec word = all_words((uint32_t)out[0] + (uint32_t)v);
        w[v] = kind == CK_PRODUCT_BYTES ? weight_bytes(word) : kind == CK_PRODUCT_BFLOATS ? split_bfloats(word) : (pair){word, word};
        for (size_t r = 0; r < 4; r++) s[r][v] = all_words(0);
    }
    ivec word = all_words((uint32_t)out[1]);
    pair x = kind == CK_PRODUCT_BFLOATS ? split_bfloats(word) : (pair){word, word};
    for (size_t i = 0; i < rounds; i++)
#pragma clang loop unroll(full)
        for (size_t r = 0; r < 4; r++) {
            OPAQUE(x.even);
            OPAQUE(x.odd);
#pragma clang loop unroll(full)
            for (size_t v = 0; v < VECTORS; v++) {
                if (kind == CK_PRODUCT_BYTES) s[r][v] = dot_bytes(s[r][v], w[v], x);
                else if (kind == CK_PRODUCT_BFLOATS) s[r][v] = dot_bfloats(s[r][v], w[v], x);
                else s[r][v] = (ivec)((vec)s[r][v] + (vec)w[v].even * (vec)x.even);
            }
        }
    ivec total = all_words(0);
    for (size_t r = 0; r < 4; r++)
        for (size_t v = 0; v < VECTORS; v++) total ^= s[r][v];
    for (size_t i = 0; i < LANES; i++) out[0] ^= total[i];
    const size_t each = kind == CK_PRODUCT_BYTES ? 4 : kind == CK_PRODUCT_BFLOATS ? 2 : 1;
    return 2.0 * (double)(rounds * 4 * VECTORS * LANES * each);
}

static double run_peak(ck_product kind, size_t rounds, int32_t *out) {
    switch (kind) {
    case CK_PRODUCT_BYTES: return peak(CK_PRODUCT_BYTES, rounds, out);
    case CK_PRODUCT_BFLOATS: return peak(CK_PRODUCT_BFLOATS, rounds, out);
    default: return peak(CK_PRODUCT_FLOATS, rounds, out);
    }
}

/// At four places at once, where memory gives most.
static int32_t run_read(const int32_t *words_at, size_t count) {
    enum { PLACES = 4, LINES = 2 };
    const uint32_t *at = (const uint32_t *)words_at;
    const size_t part = count / PLACES / (LINES * LANES) * (LINES * LANES);
    ivec s[PLACES][LINES];
    for (size_t p = 0; p < PLACES; p++)
        for (size_t j = 0; j < LINES; j++) s[p][j] = all_words(0);
    for (size_t i = 0; i < part; i += LINES * LANES)
#pragma clang loop unroll(full)
        for (size_t p = 0; p < PLACES; p++)
#pragma clang loop unroll(full)
            for (size_t j = 0; j < LINES; j++) s[p][j] ^= words(at + p * part + i + j * LANES);
    ivec total = all_words(0);
    for (size_t p = 0; p < PLACES; p++)
        for (size_t j = 0; j < LINES; j++) total ^= s[p][j];
    int32_t out = 0;
    for (size_t i = 0; i < LANES; i++) out ^= total[i];
    return out;
}
