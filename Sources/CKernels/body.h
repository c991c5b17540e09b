// The kernels, written for vectors of LANES floats. Included once per instruction set, which defines LANES, VECTORS (the width of a
// matmul tile in vectors), KERNELS (the table's name) and, with a pragma, the target.
//
// No reduction depends on the number of rows: see CKernels.h.
#include "CKernels.h"
#include <math.h>
#include <string.h>

typedef float vec __attribute__((vector_size(LANES * 4), aligned(4), may_alias));
typedef int32_t ivec __attribute__((vector_size(LANES * 4), aligned(4), may_alias));

#define INLINE static inline __attribute__((always_inline))

INLINE vec load(const float *p) { return *(const vec *)p; }

#if LANES == 4 && defined(__x86_64__)
INLINE vec load_half(const uint16_t *p) {
    float t[LANES];
    ck_half_to_float(p, t, LANES);
    return load(t);
}
#else
typedef _Float16 halves __attribute__((vector_size(LANES * 2), aligned(2), may_alias));
INLINE vec load_half(const uint16_t *p) { return __builtin_convertvector(*(const halves *)p, vec); }
#endif

INLINE void store(float *p, vec v) { *(vec *)p = v; }
INLINE vec all(float x) { return x - (vec){0}; }
INLINE vec choose(ivec mask, vec yes, vec no) { return (vec)((mask & (ivec)yes) | (~mask & (ivec)no)); }
INLINE vec larger(vec a, vec b) { return choose(a > b, a, b); }
INLINE vec smaller(vec a, vec b) { return choose(a < b, a, b); }
INLINE vec magnitude(vec x) { return (vec)((ivec)x & 0x7fffffff); }

/// The sum of all lanes, added half to half.
INLINE float sum(vec v) {
    float t[LANES];
    store(t, v);
#pragma clang loop unroll(full)
    for (size_t half = LANES / 2; half > 0; half /= 2)
#pragma clang loop unroll(full)
        for (size_t i = 0; i < half; i++) t[i] += t[i + half];
    return t[0];
}

/// The first n floats of p, padded with zeros.
INLINE vec load_part(const float *p, size_t n) {
    float t[LANES] = {0};
    memcpy(t, p, n * sizeof(float));
    return load(t);
}

INLINE void store_part(float *p, vec v, size_t n) {
    float t[LANES];
    store(t, v);
    memcpy(p, t, n * sizeof(float));
}

// MARK: Functions

/// Rounds to an integer: adding 1.5 * 2^23 pushes the fraction out. Needs |x| below 2^22.
static const float round_bias = 12582912.0f;

/// exp(x) with x clamped to -87...88. Cody and Waite's reduction to |r| <= ln 2 / 2, then a Taylor polynomial.
INLINE vec exponential(vec x) {
    x = smaller(larger(x, all(-87.0f)), all(88.0f));
    vec shifted = x * 1.44269504f + round_bias;
    vec n = shifted - round_bias;
    vec r = x - n * 0.693359375f;
    r = r + n * 2.12194440e-4f;
    vec p = all(1.0f / 5040);
    p = p * r + 1.0f / 720;
    p = p * r + 1.0f / 120;
    p = p * r + 1.0f / 24;
    p = p * r + 1.0f / 6;
    p = p * r + 0.5f;
    p = p * r + 1.0f;
    p = p * r + 1.0f;
    return p * (vec)(((ivec)shifted << 23) + 0x3f800000);
}

/// x Phi(x), with Phi(-|x|) = Q(t) exp(-x^2 / 2) / 2 (Abramowitz and Stegun 7.1.26 at x / sqrt 2).
INLINE vec gelu(vec x) {
    vec a = magnitude(x) * 0.70710678f;
    vec t = 1.0f / (1.0f + 0.3275911f * a);
    vec q = all(1.061405429f);
    q = q * t - 1.453152027f;
    q = q * t + 1.421413741f;
    q = q * t - 0.284496736f;
    q = q * t + 0.254829592f;
    vec below = 0.5f * q * t * exponential(-a * a);
    return x * choose(x < 0, below, 1.0f - below);
}

INLINE vec swiglu(vec gate, vec up) { return gate / (1.0f + exponential(-gate)) * up; }

/// Cosine and sine, reduced to |r| <= pi / 4.
INLINE void cosine_sine(vec x, vec *cosine, vec *sine) {
    vec shifted = x * 0.636619772f + round_bias;
    vec n = shifted - round_bias;
    vec r = x - n * 1.5703125f;
    r = r - n * 4.83751296997e-4f;
    r = r - n * 7.54978942e-8f;
    ivec quadrant = (ivec)shifted;
    vec z = r * r;
    vec s = all(2.75573192e-6f);
    s = s * z - 1.98412698e-4f;
    s = s * z + 8.33333333e-3f;
    s = s * z - 1.66666667e-1f;
    s = r + r * z * s;
    vec c = all(2.48015873e-5f);
    c = c * z - 1.38888889e-3f;
    c = c * z + 4.16666667e-2f;
    c = c * z - 0.5f;
    c = 1.0f + z * c;
    ivec odd = (quadrant & 1) != 0;
    vec cos_part = choose(odd, s, c), sin_part = choose(odd, c, s);
    *cosine = (vec)((ivec)cos_part ^ (((quadrant + 1) & 2) << 30));
    *sine = (vec)((ivec)sin_part ^ ((quadrant & 2) << 30));
}

#define POINTWISE(n, whole, part)                                                                                        \
    size_t i = 0;                                                                                                        \
    for (; i + LANES <= (n); i += LANES) { whole; }                                                                      \
    if (i < (n)) {                                                                                                       \
        size_t left = (n) - i;                                                                                           \
        part;                                                                                                            \
    }

static void run_gelu(float *x, size_t n) {
    POINTWISE(n, store(x + i, gelu(load(x + i))), store_part(x + i, gelu(load_part(x + i, left)), left))
}

static void run_swiglu(float *gate, const float *up, size_t n) {
    POINTWISE(n, store(gate + i, swiglu(load(gate + i), load(up + i))),
              store_part(gate + i, swiglu(load_part(gate + i, left), load_part(up + i, left)), left))
}

INLINE vec sigmoid(vec x) { return 1.0f / (1.0f + exponential(-x)); }
INLINE vec hyperbolic_tangent(vec x) { return 2.0f * sigmoid(2.0f * x) - 1.0f; }

static void run_leaky(const float *x, float slope, float *y, size_t n) {
    POINTWISE(n, { vec v = load(x + i); store(y + i, larger(v, v * slope)); },
              { vec v = load_part(x + i, left); store_part(y + i, larger(v, v * slope), left); })
}

static void run_gate(const float *x, float *y, size_t rows, size_t width) {
    for (size_t row = 0; row < rows; row++, x += 2 * width, y += width) {
        POINTWISE(width, store(y + i, hyperbolic_tangent(load(x + i)) * sigmoid(load(x + width + i))),
                  store_part(y + i, hyperbolic_tangent(load_part(x + i, left)) * sigmoid(load_part(x + width + i, left)), left))
    }
}

static void run_tanh(float *x, size_t n) {
    POINTWISE(n, store(x + i, hyperbolic_tangent(load(x + i))), store_part(x + i, hyperbolic_tangent(load_part(x + i, left)), left))
}

static void run_add(const float *source, float *target, size_t n) {
    POINTWISE(n, store(target + i, load(target + i) + load(source + i)),
              store_part(target + i, load_part(target + i, left) + load_part(source + i, left), left))
}

static void run_exponential(float *x, size_t n) {
    POINTWISE(n, store(x + i, exponential(load(x + i))), store_part(x + i, exponential(load_part(x + i, left)), left))
}

static void run_cosine_sine(const float *x, float *cosine, float *sine, size_t n) {
    vec c, s;
    POINTWISE(
        n,
        {
            cosine_sine(load(x + i), &c, &s);
            store(cosine + i, c);
            store(sine + i, s);
        },
        {
            cosine_sine(load_part(x + i, left), &c, &s);
            store_part(cosine + i, c, left);
            store_part(sine + i, s, left);
        })
}

// MARK: Normalization

static void run_layer_norm(const float *x, const float *weight, const float *bias, float epsilon, float *y, size_t rows, size_t width) {
    for (size_t row = 0; row < rows; row++, x += width, y += width) {
        vec total = all(0), squares = all(0);
        {
            POINTWISE(width, total += load(x + i), total += load_part(x + i, left))
        }
        const float mean = sum(total) / (float)width;
        {
            POINTWISE(width, { vec d = load(x + i) - mean; squares = squares + d * d; },
                      {
                          float t[LANES] = {0};
                          for (size_t j = 0; j < left; j++) t[j] = x[i + j] - mean;
                          vec d = load(t);
                          squares = squares + d * d;
                      })
        }
        const float scale = 1.0f / sqrtf(sum(squares) / (float)width + epsilon);
        for (size_t i = 0; i < width; i++) y[i] = (x[i] - mean) * scale * weight[i] + bias[i];
    }
}

static void run_rms_norm(const float *x, const float *weight, float epsilon, float *y, size_t rows, size_t width) {
    for (size_t row = 0; row < rows; row++, x += width, y += width) {
        vec squares = all(0);
        POINTWISE(width, { vec d = load(x + i); squares = squares + d * d; },
                  { vec d = load_part(x + i, left); squares = squares + d * d; })
        const float scale = 1.0f / sqrtf(sum(squares) / (float)width + epsilon);
        for (size_t j = 0; j < width; j++) y[j] = x[j] * scale * weight[j];
    }
}

/// The index of the largest of x[n]; the lowest on a tie.
static size_t run_largest(const float *x, size_t n) {
    float most = x[0];
    if (n >= LANES) {
        vec v = load(x);
        for (size_t i = LANES; i + LANES <= n; i += LANES) v = larger(load(x + i), v);
        // The last vector may overlap the previous one.
        v = larger(load(x + n - LANES), v);
        for (size_t j = 0; j < LANES; j++) most = v[j] > most ? v[j] : most;
    } else {
        for (size_t i = 1; i < n; i++) most = x[i] > most ? x[i] : most;
    }
    for (size_t i = 0; i < n; i++)
        if (x[i] == most) return i;
    return 0;
}

#include "types.h"
#include "fourier.h"
#include "limits.h"

const ck_kernels KERNELS = {
    .types = types,
    .largest = run_largest,
    .read = run_read,
    .layer_norm = run_layer_norm,
    .rms_norm = run_rms_norm,
    .gelu = run_gelu,
    .swiglu = run_swiglu,
    .leaky = run_leaky,
    .gate = run_gate,
    .tanh = run_tanh,
    .add = run_add,
    .exponential = run_exponential,
    .magnitudes = run_magnitudes,
    .frames = run_frames,
    .cosine_sine = run_cosine_sine,
};
