// Products of rows and weights that were rounded to int8 or to bfloat16. Included by body.h, once for each instruction set.
//
//  weights  panels [n / 64, steps, 64] of 32-bit words: 4 int8 or 2 bfloat16 inputs of one column
//  rows     [m, steps] words: the same inputs of a row; int8 ones with 128 added, because vpdpbusd wants one side unsigned
//
// An instruction set may bring the dot products of words, DOT_BYTES(s, weights, row) and DOT_BFLOATS(s, weights, row);
// where DOT_SIGNED is 1 it takes both as signed. What it does not bring is put together below from what every CPU has.

// Rows of a tile of VECTORS columns, as many as the registers hold sums for.
#ifndef DOT_ROWS
#define DOT_ROWS 6
#endif
#ifndef DOT_SIGNED
#define DOT_SIGNED 0
#endif

/// The two halves of words, where no instruction takes whole ones; else `even` is the word.
typedef struct pair {
    ivec even, odd;
} pair;

INLINE ivec words(const uint32_t *p) { return *(const ivec *)p; }
INLINE ivec all_words(uint32_t x) { return (int32_t)x - (ivec){0}; }

// MARK: Four int8 a word

#if defined(DOT_BYTES)
INLINE pair weight_bytes(ivec w) { return (pair){w, w}; }
INLINE pair row_bytes(uint32_t x) { return (pair){all_words(DOT_SIGNED ? x ^ 0x80808080u : x), all_words(0)}; }
/// The same of a word in each lane.
INLINE pair rows_bytes(ivec x) { return (pair){DOT_SIGNED ? x ^ (int32_t)0x80808080 : x, all_words(0)}; }
INLINE ivec dot_bytes(ivec s, pair w, pair x) { return DOT_BYTES(s, w.even, x.even); }
#else
typedef int16_t svec __attribute__((vector_size(LANES * 4), aligned(4), may_alias));
/// Bytes 0 and 2, and bytes 1 and 3, as 16-bit numbers: their products do not overflow, as those of vpmaddubsw may.
INLINE pair weight_bytes(ivec w) { return (pair){(ivec)((svec)((svec)w << 8) >> 8), (ivec)((svec)w >> 8)}; }
INLINE pair row_bytes(uint32_t x) { return (pair){all_words(x & 0x00ff00ffu), all_words(x >> 8 & 0x00ff00ffu)}; }
INLINE pair rows_bytes(ivec x) { return (pair){x & 0x00ff00ff, x >> 8 & 0x00ff00ff}; }
#if !defined(MULTIPLY_PAIRS)
/// Sums of products of neighbouring 16-bit numbers, vpmaddwd.
#define MULTIPLY_PAIRS(a, b) (((ivec)(a) << 16 >> 16) * ((ivec)(b) << 16 >> 16) + ((ivec)(a) >> 16) * ((ivec)(b) >> 16))
#endif
INLINE ivec dot_bytes(ivec s, pair w, pair x) { return s + MULTIPLY_PAIRS(w.even, x.even) + MULTIPLY_PAIRS(w.odd, x.odd); }
#endif

// MARK: Two bfloat16 a word

#if defined(DOT_BFLOATS)
INLINE pair split_bfloats(ivec w) { return (pair){w, w}; }
INLINE ivec dot_bfloats(ivec s, pair w, pair x) { return DOT_BFLOATS(s, w.even, x.even); }
#else
INLINE pair split_bfloats(ivec w) { return (pair){w << 16, w & (int32_t)0xffff0000}; }
INLINE ivec dot_bfloats(ivec s, pair w, pair x) {
    vec t = (vec)s + (vec)w.even * (vec)x.even;
    return (ivec)(t + (vec)w.odd * (vec)x.odd);
}
#endif

// MARK: Product

/// A product of rows of words; see CKernels.h. For bfloat16 row_scales, scales and starts are not read.
typedef struct dots {
    const uint32_t *x, *weights;
    const float *row_scales, *scales, *bias;
    const int32_t *starts;
    float *y;
    size_t m, n, steps;
} dots;

/// R rows from `row` on by a tile of columns from c on, and by the same tile of S - 1 panels more, `apart` columns apart: every load of
/// weights serves R rows. B is 1 for bfloat16.
///
/// Memory gives most when it is read at several places at once. Few rows read S panels. More rows have no registers for that, and
/// arithmetic that takes as long as reading: while they compute, a cache line a step is fetched from `ahead` on.
INLINE void dot_tile(const size_t R, const size_t S, const int B, const dots *d, size_t row, size_t c, size_t apart, const char *ahead) {
    enum { TILES = DOT_ROWS > 4 ? DOT_ROWS : 4 };
    const size_t steps = d->steps;
    const uint32_t *x = d->x + row * steps, *w = d->weights + c / CK_PANEL * CK_PANEL * steps + c % CK_PANEL;
    ivec s[TILES][VECTORS];
#pragma clang loop unroll(full)
    for (size_t t = 0; t < R * S; t++)
#pragma clang loop unroll(full)
        for (size_t v = 0; v < VECTORS; v++)
            s[t][v] = B || DOT_SIGNED ? all_words(0) : words((const uint32_t *)d->starts + t / R * apart + c + v * LANES);
    for (size_t i = 0; i < steps; i++, w += CK_PANEL, ahead += 64) {
        if (R > 3) __builtin_prefetch(ahead, 0, 2);
#pragma clang loop unroll(full)
        for (size_t p = 0; p < S; p++) {
            pair b[VECTORS];
#pragma clang loop unroll(full)
            for (size_t v = 0; v < VECTORS; v++) {
                const ivec word = words(w + p * apart * steps + v * LANES);
                b[v] = B ? split_bfloats(word) : weight_bytes(word);
            }
#pragma clang loop unroll(full)
            for (size_t r = 0; r < R; r++) {
                const uint32_t word = x[r * steps + i];
                const pair a = B ? split_bfloats(all_words(word)) : row_bytes(word);
                ivec *sum = s[p * R + r];
#pragma clang loop unroll(full)
                for (size_t v = 0; v < VECTORS; v++) sum[v] = B ? dot_bfloats(sum[v], b[v], a) : dot_bytes(sum[v], b[v], a);
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
            vec total = (vec)s[t][v];
            if (!B) total = __builtin_convertvector(s[t][v], vec) * (d->row_scales[r] * load(d->scales + at));
            if (d->bias) total += left >= LANES ? load(d->bias + at) : load_part(d->bias + at, left);
            float *target = d->y + r * d->n + at;
            if (left >= LANES) store(target, total);
            else store_part(target, total, left);
        }
}

#define DOT_CASE(R) case R: dot_tile(R, 1, B, d, row, c, 0, ahead); break;

/// A tile of up to DOT_ROWS rows.
INLINE void dot_rows(const int B, const dots *d, size_t rows, size_t row, size_t c, const char *ahead) {
    switch (rows) {
        DOT_CASE(1) DOT_CASE(2) DOT_CASE(3) DOT_CASE(4)
#if DOT_ROWS > 4
        DOT_CASE(5) DOT_CASE(6)
#endif
    }
}

/// All of R rows, by S panels at once as far as there are that many.
INLINE void dot_few(const size_t R, const size_t S, const int B, const dots *d) {
    const size_t panels = (d->n + CK_PANEL - 1) / CK_PANEL / S, apart = panels * CK_PANEL;
    for (size_t c = 0; c < apart; c += VECTORS * LANES) dot_tile(R, S, B, d, 0, c, apart, NULL);
    for (size_t c = S * apart; c < d->n; c += VECTORS * LANES) dot_tile(R, 1, B, d, 0, c, 0, NULL);
}

INLINE void dot_product(const int B, const dots *d) {
    switch (d->m) {
    case 1: dot_few(1, 4, B, d); return;
    case 2: dot_few(2, 2, B, d); return;
#if DOT_ROWS > 4
    case 3: dot_few(3, 2, B, d); return;
#endif
    }
    // Rows in groups of nearly equal size. Each of a panel's tiles fetches a quarter of the panel behind it, line after line, so that
    // all of the arithmetic hides the way from memory, not the first group's alone. Behind the last panel lies another matrix.
    const size_t groups = (d->m + DOT_ROWS - 1) / DOT_ROWS, tile = VECTORS * LANES;
    for (size_t c = 0, part = 0; c < d->n; c += tile, part = c % CK_PANEL ? part : 0) {
        const char *next = (const char *)(d->weights + (c / CK_PANEL + 1) * CK_PANEL * d->steps);
        for (size_t g = 0; g < groups; g++, part++) {
            const size_t row = d->m * g / groups, rows = d->m * (g + 1) / groups - row;
            dot_rows(B, d, rows, row, c, next + part * 64 * d->steps);
        }
    }
}

static void run_matmul_bytes(const uint8_t *x, const float *row_scales, const ck_bytes *w, const float *bias, float *y, size_t m) {
    dot_product(0, &(dots){(const uint32_t *)x, w->words, row_scales, w->scales, bias, w->starts, y, m, w->n, ck_steps(w->k, 4)});
}

static void run_matmul_bfloats(const uint16_t *x, const uint32_t *packed, const float *bias, float *y, size_t m, size_t n, size_t k) {
    dot_product(1, &(dots){(const uint32_t *)x, packed, NULL, NULL, bias, NULL, y, m, n, ck_steps(k, 2)});
}

// MARK: Rounding of rows

typedef uint8_t bytes __attribute__((vector_size(LANES), aligned(1), may_alias));
typedef uint16_t shorts __attribute__((vector_size(LANES * 2), aligned(2), may_alias));

/// The largest magnitude of x[k].
INLINE float largest(const float *x, size_t k) {
    vec most = all(0);
    POINTWISE(k, most = larger(most, magnitude(load(x + i))), most = larger(most, magnitude(load_part(x + i, left))))
    float t[LANES], out = 0;
    store(t, most);
    for (size_t i = 0; i < LANES; i++) out = t[i] > out ? t[i] : out;
    return out;
}

/// To whole numbers of -127 to 127 plus 128, in the low byte of each lane: adding 1.5 * 2^23 + 128 leaves them there.
INLINE bytes round_bytes(vec x, float inverse) {
    return __builtin_convertvector((ivec)(x * inverse + (round_bias + 128)), bytes);
}

static void run_quantize(const float *x, uint8_t *q, float *scales, size_t m, size_t k) {
    const size_t width = ck_steps(k, 4) * 4;
    for (size_t row = 0; row < m; row++, x += k, q += width) {
        const float most = largest(x, k), inverse = most > CK_BYTE_LEAST ? 127 / most : 0;
        scales[row] = most / 127;
        POINTWISE(k, *(bytes *)(q + i) = round_bytes(load(x + i), inverse), {
            const bytes t = round_bytes(load_part(x + i, left), inverse);
            memcpy(q + i, &t, width - i);
        })
    }
}

/// The nearest bfloat16, ties to even, in the low half of each lane.
INLINE shorts round_bfloats(vec x) {
    const ivec bits = (ivec)x;
    return __builtin_convertvector((bits + 0x7fff + (bits >> 16 & 1)) >> 16, shorts);
}

static void run_shorten(const float *x, uint16_t *q, size_t m, size_t k) {
    const size_t width = ck_steps(k, 2) * 2;
    for (size_t row = 0; row < m; row++, x += k, q += width) {
        POINTWISE(k, *(shorts *)(q + i) = round_bfloats(load(x + i)), {
            const shorts t = round_bfloats(load_part(x + i, left));
            memcpy(q + i, &t, 2 * (width - i));
        })
    }
}
