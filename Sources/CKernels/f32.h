// float32, the type of everything outside of products. If all weights are exact in binary16, they are stored in it: half as much memory
// to read, and bit-identical products. types.h includes it once per instruction set.
#define TYPE f32
#define EACH 1

// MARK: Matrix product

enum { TILE = VECTORS * LANES, ROWS = 6 };

/// R rows times V vectors of columns: every load of weights serves R rows. `at` is the tile's first column in the packed weights,
/// which are binary16 if H is 1; bias and y point to that column.
INLINE void tile(const size_t R, const size_t V, const int H, const float *x, const void *packed, size_t at, const float *bias,
                 float *y, size_t n, size_t k, size_t columns) {
    vec s[ROWS][VECTORS];
#pragma clang loop unroll(full)
    for (size_t r = 0; r < R; r++)
#pragma clang loop unroll(full)
        for (size_t v = 0; v < V; v++) s[r][v] = all(0);
    for (size_t i = 0; i < k; i++, at += CK_PANEL) {
        vec b[VECTORS];
#pragma clang loop unroll(full)
        for (size_t v = 0; v < V; v++) b[v] = H ? load_half((const uint16_t *)packed + at + v * LANES) : load((const float *)packed + at + v * LANES);
#pragma clang loop unroll(full)
        for (size_t r = 0; r < R; r++) {
            const vec a = all(x[r * k + i]);
#pragma clang loop unroll(full)
            for (size_t v = 0; v < V; v++) s[r][v] = s[r][v] + a * b[v];
        }
    }
#pragma clang loop unroll(full)
    for (size_t r = 0; r < R; r++)
#pragma clang loop unroll(full)
        for (size_t v = 0; v < V; v++) {
            const size_t c = v * LANES, left = columns - c;
            float *target = y + r * n + c;
            if (left >= LANES) store(target, bias ? s[r][v] + load(bias + c) : s[r][v]);
            else store_part(target, bias ? s[r][v] + load_part(bias + c, left) : s[r][v], left);
        }
}

#define ROW_CASES(V)                                                                                                     \
    switch (rows) {                                                                                                      \
    case 1: tile(1, V, H, x, packed, at, bias, y, n, k, columns); break;                                                             \
    case 2: tile(2, V, H, x, packed, at, bias, y, n, k, columns); break;                                                             \
    case 3: tile(3, V, H, x, packed, at, bias, y, n, k, columns); break;                                                             \
    case 4: tile(4, V, H, x, packed, at, bias, y, n, k, columns); break;                                                             \
    case 5: tile(5, V, H, x, packed, at, bias, y, n, k, columns); break;                                                             \
    default: tile(6, V, H, x, packed, at, bias, y, n, k, columns);                                                                   \
    }

INLINE void run_tile(const int H, size_t rows, const float *x, const void *packed, size_t at, const float *bias, float *y, size_t n,
                     size_t k, size_t columns) {
    if (columns > TILE - LANES) {
        ROW_CASES(VECTORS)
    } else if (VECTORS > 2 && columns > LANES) {
        if (columns > 2 * LANES) ROW_CASES(VECTORS > 2 ? 3 : 1)
        else ROW_CASES(VECTORS > 2 ? 2 : 1)
    } else {
        ROW_CASES(1)
    }
}

INLINE void product(const int H, const float *x, const void *packed, const float *bias, float *y, size_t m, size_t n, size_t k) {
    // Rows in groups of nearly equal size, at most ROWS.
    const size_t groups = (m + ROWS - 1) / ROWS;
    for (size_t c = 0; c < n; c += TILE) {
        const size_t at = place(c, 0, k);
        const size_t columns = n - c < TILE ? n - c : TILE;
        for (size_t g = 0; g < groups; g++) {
            const size_t from = m * g / groups, to = m * (g + 1) / groups;
            run_tile(H, to - from, x + from * k, packed, at, bias ? bias + c : NULL, y + from * n + c, n, k, columns);
        }
    }
}

static void f32_multiply(const void *x, const float *scales, const void *packed, const float *bias, float *y, size_t m, size_t n, size_t k) {
    (void)scales;
    product(0, x, packed, bias, y, m, n, k);
}

static void f16_multiply(const void *x, const float *scales, const void *packed, const float *bias, float *y, size_t m, size_t n, size_t k) {
    (void)scales;
    product(1, x, packed, bias, y, m, n, k);
}

// MARK: Weights

static size_t f32_packed_bytes(size_t n, size_t k) { return padded(n) * k * sizeof(float); }
static size_t f16_packed_bytes(size_t n, size_t k) { return padded(n) * k * sizeof(uint16_t); }

static bool f32_pack(const float *w, void *packed, size_t n, size_t k) {
    float *target = packed;
    memset(target, 0, f32_packed_bytes(n, k));
    for (size_t c = 0; c < n; c++)
        for (size_t i = 0; i < k; i++) target[place(c, i, k)] = w[c * k + i];
    return true;
}

/// Truncates x to binary16. Exact only if x is a binary16 number; the caller compares.
static uint16_t narrow(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    const uint32_t sign = bits >> 16 & 0x8000, exponent = bits >> 23 & 255, fraction = bits & 0x7fffff;
    if (exponent >= 143) return (uint16_t)(sign | 0x7c00);
    if (exponent >= 113) return (uint16_t)(sign | (exponent - 112) << 10 | fraction >> 13);
    if (exponent >= 103) return (uint16_t)(sign | (fraction | 0x800000) >> (126 - exponent));
    return (uint16_t)sign;
}

/// Packs only weights that are exact in binary16. Also false if the CPU cannot widen binary16 in hardware.
static bool f16_pack(const float *w, void *packed, size_t n, size_t k) {
#if LANES == 4 && defined(__x86_64__)
    return false;
#endif
    uint16_t *target = packed;
    memset(target, 0, f16_packed_bytes(n, k));
    for (size_t c = 0; c < n; c++)
        for (size_t i = 0; i < k; i++) {
            const uint16_t half = narrow(w[c * k + i]);
            float wide;
            ck_half_to_float(&half, &wide, 1);
            if (wide != w[c * k + i]) return false;
            target[place(c, i, k)] = half;
        }
    return true;
}

static void f32_unpack(const void *packed, size_t c, float *w, size_t n, size_t k) {
    for (size_t i = 0; i < k; i++) w[i] = ((const float *)packed)[place(c, i, k)];
}

static void f16_unpack(const void *packed, size_t c, float *w, size_t n, size_t k) {
    for (size_t i = 0; i < k; i++) ck_half_to_float((const uint16_t *)packed + place(c, i, k), w + i, 1);
}

// MARK: Rows

static size_t f32_row_bytes(size_t k) { return k * sizeof(float); }

/// The number of x in convolutions, whose rows are as long as they are, and vectors of it to rows.
INLINE uint32_t f32_bits(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}
INLINE size_t f32_filter_words(size_t k) { return k; }
INLINE void f32_put(void *row, size_t i, vec x) { store((float *)row + i, x); }
INLINE pair f32_row(uint32_t x) { return (pair){all_words(x), all_words(x)}; }

static void f32_take(const float *x, void *rows, float *scales, size_t m, size_t k) {
    (void)scales;
    memcpy(rows, x, m * k * sizeof(float));
}

static void f16_widen(const void *row, const float *scale, float *x, size_t k) {
    (void)scale;
    const uint16_t *halves = row;
    size_t i = 0;
    for (; i + LANES <= k; i += LANES) store(x + i, load_half(halves + i));
    ck_half_to_float(halves + i, x + i, k - i);
}

static void f32_widen(const void *row, const float *scale, float *x, size_t k) {
    (void)scale;
    memcpy(x, row, k * sizeof(float));
}

// MARK: Attention

INLINE pair f32_weights(ivec w) { return (pair){w, w}; }
INLINE pair f32_key(ivec x) { return (pair){x, x}; }
INLINE ivec f32_dot(ivec s, pair w, pair x) { return (ivec)((vec)s + (vec)w.even * (vec)x.even); }
INLINE void f32_queries(const size_t G, const size_t DIM, const float *scaled, queries *q) { memcpy(q->words, scaled, G * DIM * sizeof(float)); }
INLINE vec f32_partial(ivec s) { return (vec)s; }
INLINE vec f32_score(vec s, const queries *q, size_t g, const ck_run *run, size_t i, size_t left) { return s; }
INLINE float f32_offset(float *weights, const float *scales, size_t n) { return 0; }
INLINE void f32_out(float *out, size_t d, vec y) { store(out + d * LANES, y); }
INLINE float f32_number(const void *rows, const float *scales, size_t row, size_t stride, size_t i) {
    return ((const float *)rows)[row * stride + i];
}

INLINE void f32_add_value(const size_t G, const size_t DIM, const uint32_t *value, const float *weights, size_t room, vec s[GROUP][DIM_MAX / LANES]) {
#pragma clang loop unroll(full)
    for (size_t d = 0; d < DIM / LANES; d++) {
        const vec v = (vec)words(value + d * LANES);
#pragma clang loop unroll(full)
        for (size_t g = 0; g < G; g++) s[g][d] += all(weights[g * room]) * v;
    }
}

#include "attention.h"
#include "convolve.h"
#include "peak.h"

static const ck_type f16_type = {
    .name = "f16",
    .row_bytes = f32_row_bytes,
    .is_float = true,
    .inputs_max = INT32_MAX,
    .packed_bytes = f16_packed_bytes,
    .pack = f16_pack,
    .unpack = f16_unpack,
    .widen = f16_widen,
    .multiply = f16_multiply,
};

static const ck_type f32_type = {
    .name = "f32",
    .row_bytes = f32_row_bytes,
    .is_float = true,
    .inputs_max = INT32_MAX,
    .compact = &f16_type,
    .packed_bytes = f32_packed_bytes,
    .pack = f32_pack,
    .unpack = f32_unpack,
    .take = f32_take,
    .widen = f32_widen,
    .multiply = f32_multiply,
    .attend = f32_attend,
    .filter_row_bytes = f32_filter_row_bytes,
    .filter_bytes = f32_filter_bytes,
    .pack_filter = f32_pack_filter,
    .activate = f32_activate,
    .convolve = f32_convolve,
    .peak = f32_peak,
};

#undef TYPE
#undef EACH
