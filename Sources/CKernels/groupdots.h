// Products of rows and weights in groups of 32 inputs. Included once by each type (TYPE) whose weights have a scale per group.
//
//  weights  panels [n / 64, groups] of PANEL_GROUP bytes: HEAD binary16 vectors of 64, then words of four bytes or eight halves [.., 64]
//  rows     [m, groups]
//
// The type supplies WORD_ROWS, vectors of 64 words in a group, and HEAD; T(load), which unpacks a vector of words to T(numbers); T(start),
// a row's initial sums of a group; T(dot), which adds products to them; T(total), which adds a group's sums to a row's, in float32.

/// A product of rows of groups; see CKernels.h.
typedef struct T(dots) {
    const group *x;
    const uint8_t *weights;
    const float *bias;
    float *y;
    size_t m, n, groups;
} T(dots);

/// Stores the sums of a row and of the columns from `at` on, with the bias. Columns behind the last are padding.
INLINE void T(finish)(const T(dots) *d, size_t row, size_t at, vec total) {
    if (at >= d->n) return;
    const size_t left = d->n - at;
    if (d->bias) total += left >= LANES ? load(d->bias + at) : load_part(d->bias + at, left);
    float *target = d->y + row * d->n + at;
    if (left >= LANES) store(target, total);
    else store_part(target, total, left);
}

/// Prefetches the group that is to be read soon in each of S panels, `step` bytes apart.
INLINE void T(prefetch)(const size_t S, const uint8_t *w, size_t step) {
#pragma clang loop unroll(full)
    for (size_t p = 0; p < S; p++)
#pragma clang loop unroll(full)
        for (size_t i = 0; i < PANEL_GROUP; i += 64) __builtin_prefetch(w + p * step + GROUP_AHEAD + i, 0, 3);
}

/// R rows, starting at `row`, times V vectors of columns, starting at c, in each of S panels that lie `apart` columns apart. `ahead` is
/// where to prefetch; if it is NULL, all panels that are read prefetch themselves: few rows wait for nothing but memory.
INLINE void T(tile)(const size_t R, const size_t V, const size_t S, const T(dots) *d, size_t row, size_t c, size_t apart, const uint8_t *ahead) {
    enum { TILES = 8, MOST = CK_PANEL / LANES };
    const size_t groups = d->groups, line = LANES * 4, step = apart / CK_PANEL * groups * PANEL_GROUP;
    const group *x = d->x + row * groups;
    const uint8_t *w = d->weights + c / CK_PANEL * groups * PANEL_GROUP;
    vec sums[TILES][MOST];
#pragma clang loop unroll(full)
    for (size_t t = 0; t < R * S; t++)
#pragma clang loop unroll(full)
        for (size_t v = 0; v < V; v++) sums[t][v] = all(0);
    for (size_t g = 0; g < groups; g++, x++, w += PANEL_GROUP) {
        if (!ahead) {
            T(prefetch)(S, w, step);
        } else {
#pragma clang loop unroll(full)
            for (size_t i = 0; i < PANEL_GROUP * V * LANES / CK_PANEL; i += 64) __builtin_prefetch(ahead + i, 0, 2);
            ahead += PANEL_GROUP * V * LANES / CK_PANEL;
        }
#pragma clang loop unroll(full)
        for (size_t p = 0; p < S; p++) {
            const uint8_t *scales = w + p * step + c % CK_PANEL * 2;
            const uint8_t *numbers = scales + CK_PANEL * 2 * HEAD + c % CK_PANEL * 2;
            ivec s[TILES][MOST];
#pragma clang loop unroll(full)
            for (size_t r = 0; r < R; r++)
#pragma clang loop unroll(full)
                for (size_t v = 0; v < V; v++) s[r][v] = T(start)(x + r * groups);
#pragma clang loop unroll(full)
            for (size_t i = 0; i < WORD_ROWS; i++)
#pragma clang loop unroll(full)
                for (size_t v = 0; v < V; v++) {
                    const T(numbers) b = T(load)(words((const uint32_t *)(numbers + i * CK_PANEL * 4 + v * line)));
#pragma clang loop unroll(full)
                    for (size_t r = 0; r < R; r++) s[r][v] = T(dot)(s[r][v], b, x + r * groups, i);
                }
#pragma clang loop unroll(full)
            for (size_t v = 0; v < V; v++)
#pragma clang loop unroll(full)
                for (size_t r = 0; r < R; r++)
                    sums[p * R + r][v] = T(total)(sums[p * R + r][v], s[r][v], x + r * groups, (const uint16_t *)scales + v * LANES);
        }
    }
#pragma clang loop unroll(full)
    for (size_t t = 0; t < R * S; t++)
#pragma clang loop unroll(full)
        for (size_t v = 0; v < V; v++) T(finish)(d, row + t % R, c + t / R * apart + v * LANES, sums[t][v]);
}

#define GROUP_CASE(R) case R: T(tile)(R, GROUP_VECTORS, 1, d, row, c, 0, ahead); break;

/// One tile of up to GROUP_ROWS rows.
INLINE void T(rows)(const T(dots) *d, size_t rows, size_t row, size_t c, const uint8_t *ahead) {
    switch (rows) {
        GROUP_CASE(1) GROUP_CASE(2) GROUP_CASE(3) GROUP_CASE(4)
#if GROUP_ROWS > 4
        GROUP_CASE(5) GROUP_CASE(6)
#endif
    }
}

/// All R rows, reading S panels at once, V vectors of each; panels that do not fill a group of S come one at a time.
INLINE void T(few)(const size_t R, const size_t V, const size_t S, const T(dots) *d) {
    const size_t panels = (d->n + CK_PANEL - 1) / CK_PANEL / S, apart = panels * CK_PANEL;
    for (size_t c = 0; c < apart; c += V * LANES) T(tile)(R, V, S, d, 0, c, apart, NULL);
    for (size_t c = S * apart; c < d->n; c += V * LANES) T(tile)(R, V, 1, d, 0, c, 0, NULL);
}

static void T(multiply)(const void *x, const float *row_scales, const void *packed, const float *bias, float *y, size_t m, size_t n, size_t k) {
    (void)row_scales;
    const T(dots) whole = {x, packed, bias, y, m, n, group_count(k)}, *d = &whole;
    switch (m) {
    case 0: return;
    case 1: T(few)(1, GROUP_WIDE, 4, d); return;
    case 2: T(few)(2, GROUP_WIDE, 2, d); return;
    }
    // Rows in groups of nearly equal size. They prefetch the next panel; after the last one comes another matrix.
    const size_t parts = (m + GROUP_ROWS - 1) / GROUP_ROWS, width = GROUP_VECTORS * LANES, panel = d->groups * PANEL_GROUP;
    for (size_t c = 0; c < n; c += width) {
        const uint8_t *next = d->weights + (c / CK_PANEL + 1) * panel + c % CK_PANEL * panel / CK_PANEL;
        for (size_t g = 0; g < parts; g++) {
            const size_t row = m * g / parts, rows = m * (g + 1) / parts - row;
            T(rows)(d, rows, row, c, next);
        }
    }
}

static size_t T(packed_bytes)(size_t n, size_t k) { return padded(n) * group_count(k) * PANEL_GROUP / CK_PANEL; }

#undef GROUP_CASE
