// What a core can do at most with an instruction set: products in registers, of the type named by TYPE. For benches. Included by each type.

/// Does `rounds` rounds; returns multiplications and additions. Sums that depend on one another are so many apart that none waits: 4 rows
/// by VECTORS.
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
