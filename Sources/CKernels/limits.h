// Measures how fast a core reads with an instruction set. For benches. Included by body.h.

/// Reads at four places at once, where memory bandwidth peaks.
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
