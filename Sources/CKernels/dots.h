// Products of rows and weights in words of 32 bits. Included once by each type (TYPE) that packs several numbers into a word.
//
//  weights  panels [n / 64, steps, 64] of words: the inputs of a step, of one column
//  rows     [m, steps] words: the same inputs of a row
//
// The type supplies T(weights), a word of weights in each lane; T(row), one row's word in all lanes; T(dot), which adds products to
// the sums; T(start), the initial sums of the columns from `at` on; T(total), the final sums in float32.

/// R rows, starting at `row`, times a tile of columns, starting at c, in each of S panels that lie `apart` columns apart. Every load of
/// weights serves R rows.
///
/// Bandwidth peaks with several concurrent streams, so few rows read S panels at once. With more rows no registers are left for
/// that, and arithmetic takes as long as reading: they prefetch one cache line per step, starting at `ahead`.
INLINE void T(tile)(const size_t R, const size_t S, const dots *d, size_t row, size_t c, size_t apart, const char *ahead) {
    enum { TILES = DOT_ROWS > 4 ? DOT_ROWS : 4 };
    const size_t steps = d->steps;
    const uint32_t *x = d->x + row * steps, *w = d->weights + place(c, 0, steps);
    ivec s[TILES][VECTORS];
#pragma clang loop unroll(full)
    for (size_t t = 0; t < R * S; t++)
#pragma clang loop unroll(full)
        for (size_t v = 0; v < VECTORS; v++)
            s[t][v] = T(start)(d, t / R * apart + c + v * LANES);
    for (size_t i = 0; i < steps; i++, w += CK_PANEL, ahead += 64) {
        if (R > 3) __builtin_prefetch(ahead, 0, 2);
#pragma clang loop unroll(full)
        for (size_t p = 0; p < S; p++) {
            pair b[VECTORS];
#pragma clang loop unroll(full)
            for (size_t v = 0; v < VECTORS; v++) b[v] = T(weights)(words(w + p * apart * steps + v * LANES));
#pragma clang loop unroll(full)
            for (size_t r = 0; r < R; r++) {
                const pair a = T(row)(x[r * steps + i]);
                ivec *sum = s[p * R + r];
#pragma clang loop unroll(full)
                for (size_t v = 0; v < VECTORS; v++) sum[v] = T(dot)(sum[v], b[v], a);
            }
        }
    }
#pragma clang loop unroll(full)
    for (size_t t = 0; t < R * S; t++)
#pragma clang loop unroll(full)
        for (size_t v = 0; v < VECTORS; v++) {
            const size_t at = c + t / R * apart + v * LANES, r = row + t % R;
            if (at >= d->n) break;
            const size_t left = d->n - at;
            vec total = T(total)(d, r, at, s[t][v]);
            if (d->bias) total += left >= LANES ? load(d->bias + at) : load_part(d->bias + at, left);
            float *target = d->y + r * d->n + at;
            if (left >= LANES) store(target, total);
            else store_part(target, total, left);
        }
}

/// One tile of up to DOT_ROWS rows.
INLINE void T(rows)(const dots *d, size_t rows, size_t row, size_t c, const char *ahead) {
    switch (rows) {
        DOT_CASE(1) DOT_CASE(2) DOT_CASE(3) DOT_CASE(4)
#if DOT_ROWS > 4
        DOT_CASE(5) DOT_CASE(6)
#endif
    }
}

/// All R rows, reading S panels at once; panels that do not fill a group of S come one at a time.
INLINE void T(few)(const size_t R, const size_t S, const dots *d) {
    const size_t panels = (d->n + CK_PANEL - 1) / CK_PANEL / S, apart = panels * CK_PANEL;
    for (size_t c = 0; c < apart; c += VECTORS * LANES) T(tile)(R, S, d, 0, c, apart, NULL);
    for (size_t c = S * apart; c < d->n; c += VECTORS * LANES) T(tile)(R, 1, d, 0, c, 0, NULL);
}

INLINE void T(product)(const dots *d) {
    switch (d->m) {
    case 1: T(few)(1, 4, d); return;
    case 2: T(few)(2, 2, d); return;
#if DOT_ROWS > 4
    case 3: T(few)(3, 2, d); return;
#endif
    }
    // Rows in groups of nearly equal size. Each tile of a panel prefetches a quarter of the next panel, line by line, so that the
    // arithmetic of all groups hides the latency, not only that of the first. After the last panel comes another matrix.
    const size_t groups = (d->m + DOT_ROWS - 1) / DOT_ROWS, tile = VECTORS * LANES;
    for (size_t c = 0, part = 0; c < d->n; c += tile, part = c % CK_PANEL ? part : 0) {
        const char *next = (const char *)(d->weights + (c / CK_PANEL + 1) * CK_PANEL * d->steps);
        for (size_t g = 0; g < groups; g++, part++) {
            const size_t row = d->m * g / groups, rows = d->m * (g + 1) / groups - row;
            T(rows)(d, rows, row, c, next + part * 64 * d->steps);
        }
    }
}
