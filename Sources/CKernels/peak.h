// Measures a core's peak arithmetic: products of the type TYPE in registers. For benches. Included by each type.

/// Runs `rounds` rounds; returns the number of multiplications and additions. Keeps 4 × VECTORS independent sums, enough that none waits
/// for its predecessor.
static double T(peak)(size_t rounds, int32_t *out) {
    ivec s[4][VECTORS];
    pair w[VECTORS];
    for (size_t v = 0; v < VECTORS; v++) {
        w[v] = T(weights)(all_words((uint32_t)out[0] + (uint32_t)v));
        for (size_t r = 0; r < 4; r++) s[r][v] = all_words(0);
    }
    pair x = T(key)(all_words((uint32_t)out[1]));
    for (size_t i = 0; i < rounds; i++)
#pragma clang loop unroll(full)
        for (size_t r = 0; r < 4; r++) {
            OPAQUE(x.even);
            OPAQUE(x.odd);
#pragma clang loop unroll(full)
            for (size_t v = 0; v < VECTORS; v++) s[r][v] = T(dot)(s[r][v], w[v], x);
        }
    ivec total = all_words(0);
    for (size_t r = 0; r < 4; r++)
        for (size_t v = 0; v < VECTORS; v++) total ^= s[r][v];
    for (size_t i = 0; i < LANES; i++) out[0] ^= total[i];
    return 2.0 * (double)(rounds * 4 * VECTORS * LANES * EACH);
}
