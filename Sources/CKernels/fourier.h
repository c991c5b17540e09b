// Real Fourier transforms of LANES windows at once: lane r of every vector belongs to row r, so butterflies need no shuffles. body.h
// includes it once per instruction set.
//
//  n samples ─▶ n / 2 complex points (even samples real, odd ones imaginary) ─▶ radices 5, 3, 4, 2 ─▶ halves put together: n / 2 + 1 bins
//
// Stockham's passes leave the points in order. The inverse transform swaps real and imaginary parts.

/// Complex points: one array of vectors for the real parts, one for the imaginary parts.
typedef struct wave {
    vec *real, *imaginary;
} wave;

#if LANES == 16
#define EACH_LANE(F, w) F(0, w), F(1, w), F(2, w), F(3, w), F(4, w), F(5, w), F(6, w), F(7, w), \
    F(8, w), F(9, w), F(10, w), F(11, w), F(12, w), F(13, w), F(14, w), F(15, w)
#elif LANES == 8
#define EACH_LANE(F, w) F(0, w), F(1, w), F(2, w), F(3, w), F(4, w), F(5, w), F(6, w), F(7, w)
#else
#define EACH_LANE(F, w) F(0, w), F(1, w), F(2, w), F(3, w)
#endif
#define UPPER(l, w) ((l) & (w) ? LANES + (l) - (w) : (l))
#define LOWER(l, w) ((l) & (w) ? LANES + (l) : (l) + (w))
/// Swaps blocks of w by w across the diagonal.
#define EXCHANGE(w)                                                                                                      \
    if ((w) < LANES)                                                                                                     \
        for (size_t i = 0; i < LANES; i++) {                                                                             \
            if (i & (w)) continue;                                                                                       \
            const vec a = t[i], b = t[i + (w)];                                                                          \
            t[i] = __builtin_shufflevector(a, b, EACH_LANE(UPPER, (w) % LANES));                                         \
            t[i + (w)] = __builtin_shufflevector(a, b, EACH_LANE(LOWER, (w) % LANES));                                   \
        }

/// Lane j of vector i becomes lane i of vector j.
INLINE void transpose(vec t[LANES]) {
    EXCHANGE(1)
    EXCHANGE(2)
    EXCHANGE(4)
    EXCHANGE(8)
}

/// t[j] is column j of the block at x, whose `rows` rows lie `stride` apart. Missing rows are zeros.
INLINE void load_columns(const float *x, size_t stride, size_t rows, vec t[LANES]) {
    for (size_t r = 0; r < LANES; r++) t[r] = r < rows ? load(x + r * stride) : all(0);
    transpose(t);
}

INLINE void store_columns(float *y, size_t stride, size_t rows, vec t[LANES]) {
    transpose(t);
    for (size_t r = 0; r < rows; r++) store(y + r * stride, t[r]);
}

/// Only column `at`.
INLINE vec load_column(const float *x, size_t stride, size_t rows, size_t at) {
    float t[LANES] = {0};
    for (size_t r = 0; r < rows; r++) t[r] = x[r * stride + at];
    return load(t);
}

/// One pass of Stockham's algorithm: `left` points remain to be split, s apart. `circle` holds the cosines, then the sines, of
/// multiples of 1/n of a turn.
INLINE void pass(const size_t radix, size_t n, size_t left, size_t s, const float *circle, wave x, wave y) {
    const size_t m = left / radix;
    for (size_t p = 0; p < m; p++)
        for (size_t q = 0; q < s; q++) {
            vec a[5], b[5];
#pragma clang loop unroll(full)
            for (size_t j = 0; j < radix; j++) {
                a[j] = x.real[q + s * (p + m * j)];
                b[j] = x.imaginary[q + s * (p + m * j)];
            }
            vec c[5], d[5];
            if (radix == 2) {
                c[0] = a[0] + a[1], d[0] = b[0] + b[1];
                c[1] = a[0] - a[1], d[1] = b[0] - b[1];
            } else if (radix == 3) {
                const float s1 = 0.866025404f;
                const vec a1 = a[1] + a[2], a2 = s1 * (a[1] - a[2]), b1 = b[1] + b[2], b2 = s1 * (b[1] - b[2]);
                const vec e = a[0] - 0.5f * a1, f = b[0] - 0.5f * b1;
                c[0] = a[0] + a1, d[0] = b[0] + b1;
                c[1] = e + b2, d[1] = f - a2;
                c[2] = e - b2, d[2] = f + a2;
            } else if (radix == 4) {
                const vec a0 = a[0] + a[2], a1 = a[0] - a[2], a2 = a[1] + a[3], a3 = a[1] - a[3];
                const vec b0 = b[0] + b[2], b1 = b[0] - b[2], b2 = b[1] + b[3], b3 = b[1] - b[3];
                c[0] = a0 + a2, d[0] = b0 + b2;
                c[1] = a1 + b3, d[1] = b1 - a3;
                c[2] = a0 - a2, d[2] = b0 - b2;
                c[3] = a1 - b3, d[3] = b1 + a3;
            } else {
                const float c1 = 0.309016994f, c2 = -0.809016994f, s1 = 0.951056516f, s2 = 0.587785252f;
                const vec a1 = a[1] + a[4], a2 = a[2] + a[3], a3 = a[1] - a[4], a4 = a[2] - a[3];
                const vec b1 = b[1] + b[4], b2 = b[2] + b[3], b3 = b[1] - b[4], b4 = b[2] - b[3];
                const vec e1 = a[0] + c1 * a1 + c2 * a2, e2 = a[0] + c2 * a1 + c1 * a2, e3 = s1 * a3 + s2 * a4, e4 = s2 * a3 - s1 * a4;
                const vec f1 = b[0] + c1 * b1 + c2 * b2, f2 = b[0] + c2 * b1 + c1 * b2, f3 = s1 * b3 + s2 * b4, f4 = s2 * b3 - s1 * b4;
                c[0] = a[0] + a1 + a2, d[0] = b[0] + b1 + b2;
                c[1] = e1 + f3, d[1] = f1 - e3;
                c[2] = e2 + f4, d[2] = f2 - e4;
                c[3] = e2 - f4, d[3] = f2 + e4;
                c[4] = e1 - f3, d[4] = f1 + e3;
            }
#pragma clang loop unroll(full)
            for (size_t k = 0; k < radix; k++) {
                const size_t turn = p * k * (n / left);
                const float cosine = circle[turn], sine = circle[n + turn];
                y.real[q + s * (radix * p + k)] = c[k] * cosine + d[k] * sine;
                y.imaginary[q + s * (radix * p + k)] = d[k] * cosine - c[k] * sine;
            }
        }
}

/// Transforms the n / 2 points of x. The result is in x or in y.
INLINE wave fourier(size_t n, const float *circle, wave x, wave y) {
    for (size_t left = n / 2, s = 1, radix; left > 1; left /= radix, s *= radix) {
        radix = left % 5 == 0 ? 5 : left % 3 == 0 ? 3 : left % 4 == 0 ? 4 : 2;
        switch (radix) {
        case 5: pass(5, n, left, s, circle, x, y); break;
        case 3: pass(3, n, left, s, circle, x, y); break;
        case 4: pass(4, n, left, s, circle, x, y); break;
        default: pass(2, n, left, s, circle, x, y);
        }
        const wave t = x;
        x = y, y = t;
    }
    return x;
}

INLINE vec square_root(vec x) { return __builtin_elementwise_sqrt(x); }

/// The magnitude of bin k, combined from the transform of the even and odd samples.
INLINE vec magnitude_of(wave z, size_t n, const float *circle, size_t k) {
    const size_t points = n / 2, i = k < points ? k : 0, j = i ? points - k : 0;
    // Twice the bin of the even samples, and that of the odd samples, rotated by a quarter turn.
    const vec a = z.real[i] + z.real[j], b = z.imaginary[i] - z.imaginary[j];
    const vec c = z.imaginary[i] + z.imaginary[j], d = z.real[j] - z.real[i];
    const vec real = a + (c * circle[k] + d * circle[n + k]), imaginary = b + (d * circle[k] - c * circle[n + k]);
    return 0.5f * square_root(real * real + imaginary * imaginary);
}

static void run_magnitudes(size_t n, const float *circle, const float *window, const float *x, float *y, size_t rows) {
    const size_t points = n / 2, bins = points + 1;
    vec places[4][points], t[LANES];
    for (size_t from = 0; from < rows; from += LANES) {
        const wave z = {places[0], places[1]}, room = {places[2], places[3]};
        const size_t these = rows - from < LANES ? rows - from : LANES;
        const float *source = x + from * n;
        float *target = y + from * bins;
        for (size_t i = 0; i < n; i += LANES) {
            load_columns(source + i, n, these, t);
            for (size_t j = 0; j < LANES; j += 2) {
                z.real[(i + j) / 2] = t[j] * window[i + j];
                z.imaginary[(i + j) / 2] = t[j + 1] * window[i + j + 1];
            }
        }
        const wave done = fourier(n, circle, z, room);
        for (size_t k = 0; k < points; k += LANES) {
            for (size_t j = 0; j < LANES; j++) t[j] = magnitude_of(done, n, circle, k + j);
            store_columns(target + k, bins, these, t);
        }
        const vec last = magnitude_of(done, n, circle, points);
        for (size_t r = 0; r < these; r++) target[r * bins + points] = last[r];
    }
}

static void run_frames(size_t n, const float *circle, const float *window, const float *x, float *y, size_t rows) {
    const size_t points = n / 2, bins = points + 1;
    vec places[4][points], t[LANES], real[bins], imaginary[bins];
    for (size_t from = 0; from < rows; from += LANES) {
        const wave z = {places[0], places[1]}, room = {places[2], places[3]};
        const size_t these = rows - from < LANES ? rows - from : LANES, stride = 2 * bins;
        const float *source = x + from * stride;
        float *target = y + from * n;
        for (size_t k = 0; k < points; k += LANES) {
            load_columns(source + k, stride, these, real + k);
            load_columns(source + bins + k, stride, these, imaginary + k);
        }
        real[points] = load_column(source, stride, these, points);
        imaginary[0] = imaginary[points] = all(0);
        for (size_t k = 0; k < points; k++) {
            const size_t j = points - k;
            const vec a = real[k] + real[j], b = imaginary[k] - imaginary[j];
            const vec c = real[k] - real[j], d = imaginary[k] + imaginary[j];
            const vec e = c * circle[k] - d * circle[n + k], f = d * circle[k] + c * circle[n + k];
            z.imaginary[k] = a - f;
            z.real[k] = b + e;
        }
        const wave done = fourier(n, circle, z, room);
        for (size_t i = 0; i < n; i += LANES) {
            for (size_t j = 0; j < LANES; j += 2) {
                t[j] = done.imaginary[(i + j) / 2] * window[i + j];
                t[j + 1] = done.real[(i + j) / 2] * window[i + j + 1];
            }
            store_columns(target + i, n, these, t);
        }
    }
}
