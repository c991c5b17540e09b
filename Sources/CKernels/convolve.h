// Convolutions that read their taps where the rows lie: row t + k · dilation of a window, no copy. Included by f32.h and bf16.h.
//
// Packed weights are panels of CONV columns: [n / 32, taps, words of a row, 32] words.

#ifndef CONV_ROWS
enum { CONV = 32 };
// Rows of a tile: two vectors of columns and as many rows as there are registers for sums.
#define CONV_ROWS (LANES == 16 ? 12 : 6)
#endif

static size_t T(filter_row_bytes)(size_t k) { return T(filter_words)(k) * sizeof(uint32_t); }
static size_t T(filter_bytes)(size_t n, size_t taps, size_t k) {
    return (n + CONV - 1) / CONV * taps * T(filter_words)(k) * CONV * sizeof(uint32_t);
}

static void T(pack_filter)(const float *w, void *packed, size_t n, size_t taps, size_t k) {
    uint32_t *target = packed;
    const size_t words = T(filter_words)(k);
    memset(target, 0, T(filter_bytes)(n, taps, k));
    for (size_t c = 0; c < n; c++)
        for (size_t tap = 0; tap < taps; tap++)
            for (size_t i = 0; i < k; i++) {
                const size_t at = ((c / CONV * taps + tap) * words + i / EACH) * CONV + c % CONV;
                target[at] |= T(bits)(w[(c * taps + tap) * k + i]) << (32 / EACH * (i % EACH) & 31);
            }
}

static void T(activate)(const float *x, float slope, void *rows, size_t m, size_t k) {
    const size_t bytes = T(filter_row_bytes)(k), room = bytes * EACH / sizeof(uint32_t);
    char *row = rows;
    for (size_t r = 0; r < m; r++, x += k, row += bytes) {
        size_t i = 0;
        for (; i + LANES <= k; i += LANES) {
            const vec v = load(x + i);
            T(put)(row, i, larger(v, v * slope));
        }
        if (i == room) continue;
        char part[LANES * 4];
        const vec v = load_part(x + i, k - i);
        T(put)(part, 0, larger(v, v * slope));
        const size_t size = sizeof(uint32_t) / EACH, full = (room - i) < LANES ? room - i : LANES;
        memcpy(row + i * size, part, full * size);
        memset(row + (i + full) * size, 0, (room - i - full) * size);
    }
}

#if EACH == 1 || !defined(HAS_TILES)
/// R rows from `row` on, columns from `column` on.
INLINE void T(convolve_tile)(const size_t R, const ck_convolution *c, size_t row, size_t column) {
    const size_t words_of_row = T(filter_words)(c->inputs), step = c->dilation * words_of_row;
    const uint32_t *x = (const uint32_t *)c->rows + row * words_of_row;
    const uint32_t *w = (const uint32_t *)c->packed + column / CONV * c->taps * words_of_row * CONV + column % CONV;
    ivec s[CONV_ROWS][2];
#pragma clang loop unroll(full)
    for (size_t r = 0; r < R; r++) s[r][0] = s[r][1] = all_words(0);
    for (size_t k = 0; k < c->taps; k++, x += step)
        for (size_t i = 0; i < words_of_row; i++, w += CONV) {
            const pair a = T(weights)(words(w)), b = T(weights)(words(w + LANES));
            // Three rows from each of these are within reach of one address.
            const uint32_t *at[4] = {x + i, x + i + 3 * words_of_row, x + i + 6 * words_of_row, x + i + 9 * words_of_row};
#pragma clang loop unroll(full)
            for (size_t r = 0; r < R; r++) {
                const pair v = T(row)(at[r / 3][r % 3 * words_of_row]);
                s[r][0] = T(dot)(s[r][0], a, v);
                s[r][1] = T(dot)(s[r][1], b, v);
            }
        }
#pragma clang loop unroll(full)
    for (size_t r = 0; r < R; r++)
#pragma clang loop unroll(full)
        for (size_t v = 0; v < 2; v++) {
            const size_t first = column + v * LANES;
            if (first >= c->outputs) continue;
            const size_t left = c->outputs - first, at = (row + r) * c->outputs + first;
            vec y = (vec)s[r][v];
            if (left >= LANES) {
                if (c->bias) y = y + load(c->bias + first);
                if (c->residual) y = y + load(c->residual + at);
                store(c->y + at, y);
            } else {
                if (c->bias) y = y + load_part(c->bias + first, left);
                if (c->residual) y = y + load_part(c->residual + at, left);
                store_part(c->y + at, y, left);
            }
        }
}

static void T(convolve)(const ck_convolution *c) {
    for (size_t column = 0; column < c->outputs; column += 2 * LANES) {
        size_t row = 0;
        for (; row + CONV_ROWS <= c->count; row += CONV_ROWS) T(convolve_tile)(CONV_ROWS, c, row, column);
        for (; row + 6 <= c->count; row += 6) T(convolve_tile)(6, c, row, column);
        for (; row + 3 <= c->count; row += 3) T(convolve_tile)(3, c, row, column);
        for (; row < c->count; row++) T(convolve_tile)(1, c, row, column);
    }
}
#endif
