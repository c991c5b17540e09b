// One instruction set a function, chosen at run time; the scalar loops are the oracle.
#include "CKernels.h"
#include <math.h>
#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

ck_isa ck_best_isa(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
        __builtin_cpu_supports("avx512dq"))
        return CK_ISA_AVX512;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return CK_ISA_AVX2;
#endif
    return CK_ISA_SCALAR;
}

static float dot_scalar(const float *a, const float *b, size_t n) {
    float s = 0;
    for (size_t i = 0; i < n; i++) s += a[i] * b[i];
    return s;
}

static void matmul_scalar(const float *x, const float *w, const float *bias, float *y, size_t m, size_t n, size_t k) {
    for (size_t r = 0; r < m; r++)
        for (size_t c = 0; c < n; c++) y[r * n + c] = (bias ? bias[c] : 0) + dot_scalar(x + r * k, w + c * k, k);
}

#if defined(__x86_64__)
#define AVX2 __attribute__((target("avx2,fma")))
#define AVX512 __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq")))

AVX2 static float sum8(__m256 s) {
    __m128 r = _mm_add_ps(_mm256_castps256_ps128(s), _mm256_extractf128_ps(s, 1));
    r = _mm_hadd_ps(r, r);
    r = _mm_hadd_ps(r, r);
    return _mm_cvtss_f32(r);
}

AVX2 static float dot_avx2(const float *a, const float *b, size_t n) {
    __m256 s0 = _mm256_setzero_ps(), s1 = s0;
    size_t i = 0;
    for (; i + 16 <= n; i += 16) {
        s0 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i), _mm256_loadu_ps(b + i), s0);
        s1 = _mm256_fmadd_ps(_mm256_loadu_ps(a + i + 8), _mm256_loadu_ps(b + i + 8), s1);
    }
    float out = sum8(_mm256_add_ps(s0, s1));
    for (; i < n; i++) out += a[i] * b[i];
    return out;
}

AVX2 static void matmul_avx2(const float *x, const float *w, const float *bias, float *y, size_t m, size_t n, size_t k) {
    for (size_t c = 0; c < n; c++)
        for (size_t r = 0; r < m; r++) y[r * n + c] = (bias ? bias[c] : 0) + dot_avx2(x + r * k, w + c * k, k);
}

AVX2 static void mix_avx2(const float *weights, const float *values, float *out, size_t count, size_t dim, size_t stride) {
    for (size_t i = 0; i < count; i++) {
        const float *v = values + i * stride;
        __m256 p = _mm256_set1_ps(weights[i]);
        size_t d = 0;
        for (; d + 8 <= dim; d += 8) _mm256_storeu_ps(out + d, _mm256_fmadd_ps(p, _mm256_loadu_ps(v + d), _mm256_loadu_ps(out + d)));
        for (; d < dim; d++) out[d] += weights[i] * v[d];
    }
}

AVX512 static inline __mmask16 tail(size_t left) { return left >= 16 ? 0xffff : (__mmask16)((1u << left) - 1); }

AVX512 static float dot_avx512(const float *a, const float *b, size_t n) {
    __m512 s0 = _mm512_setzero_ps(), s1 = s0;
    size_t i = 0;
    for (; i + 32 <= n; i += 32) {
        s0 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i), _mm512_loadu_ps(b + i), s0);
        s1 = _mm512_fmadd_ps(_mm512_loadu_ps(a + i + 16), _mm512_loadu_ps(b + i + 16), s1);
    }
    for (; i < n; i += 16) {
        __mmask16 t = tail(n - i);
        s0 = _mm512_fmadd_ps(_mm512_maskz_loadu_ps(t, a + i), _mm512_maskz_loadu_ps(t, b + i), s0);
    }
    return _mm512_reduce_add_ps(_mm512_add_ps(s0, s1));
}

// A tile of 4 rows by 4 columns: every load serves four products. Each element is summed in the same order whatever the
// number of rows, so a row of a batch equals the row alone, bit for bit.
#define TILE(R, C)                                                                                                       \
    AVX512 static void tile_##R##_##C(const float *x, const float *w, const float *bias, float *y, size_t n, size_t k) {  \
        __m512 s[R][C];                                                                                                  \
        for (int r = 0; r < R; r++)                                                                                      \
            for (int c = 0; c < C; c++) s[r][c] = _mm512_setzero_ps();                                                   \
        for (size_t i = 0; i < k; i += 16) {                                                                             \
            __mmask16 t = tail(k - i);                                                                                   \
            __m512 a[R];                                                                                                 \
            for (int r = 0; r < R; r++) a[r] = _mm512_maskz_loadu_ps(t, x + r * k + i);                                  \
            for (int c = 0; c < C; c++) {                                                                                \
                __m512 b = _mm512_maskz_loadu_ps(t, w + c * k + i);                                                      \
                for (int r = 0; r < R; r++) s[r][c] = _mm512_fmadd_ps(a[r], b, s[r][c]);                                 \
            }                                                                                                            \
        }                                                                                                                \
        for (int r = 0; r < R; r++)                                                                                      \
            for (int c = 0; c < C; c++) y[r * n + c] = (bias ? bias[c] : 0) + _mm512_reduce_add_ps(s[r][c]);             \
    }
TILE(1, 1) TILE(2, 1) TILE(3, 1) TILE(4, 1) TILE(1, 4) TILE(2, 4) TILE(3, 4) TILE(4, 4)
#undef TILE

typedef void (*tile_kernel)(const float *, const float *, const float *, float *, size_t, size_t);

AVX512 static void matmul_avx512(const float *x, const float *w, const float *bias, float *y, size_t m, size_t n, size_t k) {
    static const tile_kernel wide[] = {tile_1_4, tile_2_4, tile_3_4, tile_4_4};
    static const tile_kernel narrow[] = {tile_1_1, tile_2_1, tile_3_1, tile_4_1};
    size_t c = 0;
    for (; c + 4 <= n; c += 4)
        for (size_t r = 0; r < m; r += 4) {
            size_t rows = m - r < 4 ? m - r : 4;
            wide[rows - 1](x + r * k, w + c * k, bias ? bias + c : NULL, y + r * n + c, n, k);
        }
    for (; c < n; c++)
        for (size_t r = 0; r < m; r += 4) {
            size_t rows = m - r < 4 ? m - r : 4;
            narrow[rows - 1](x + r * k, w + c * k, bias ? bias + c : NULL, y + r * n + c, n, k);
        }
}

AVX512 static void mix_avx512(const float *weights, const float *values, float *out, size_t count, size_t dim, size_t stride) {
    for (size_t d = 0; d < dim; d += 16) {
        __mmask16 t = tail(dim - d);
        __m512 s = _mm512_maskz_loadu_ps(t, out + d);
        for (size_t i = 0; i < count; i++)
            s = _mm512_fmadd_ps(_mm512_set1_ps(weights[i]), _mm512_maskz_loadu_ps(t, values + i * stride + d), s);
        _mm512_mask_storeu_ps(out + d, t, s);
    }
}
#endif

void ck_matmul(ck_isa isa, const float *x, const float *w, const float *bias, float *y, size_t m, size_t n, size_t k) {
#if defined(__x86_64__)
    if (isa >= CK_ISA_AVX512) { matmul_avx512(x, w, bias, y, m, n, k); return; }
    if (isa >= CK_ISA_AVX2) { matmul_avx2(x, w, bias, y, m, n, k); return; }
#endif
    matmul_scalar(x, w, bias, y, m, n, k);
}

void ck_scores(ck_isa isa, const float *q, const float *keys, float *scores, size_t count, size_t dim, size_t stride, float scale) {
#if defined(__x86_64__)
    if (isa >= CK_ISA_AVX512) {
        for (size_t i = 0; i < count; i++) scores[i] = scale * dot_avx512(q, keys + i * stride, dim);
        return;
    }
    if (isa >= CK_ISA_AVX2) {
        for (size_t i = 0; i < count; i++) scores[i] = scale * dot_avx2(q, keys + i * stride, dim);
        return;
    }
#endif
    for (size_t i = 0; i < count; i++) scores[i] = scale * dot_scalar(q, keys + i * stride, dim);
}

void ck_mix(ck_isa isa, const float *weights, const float *values, float *out, size_t count, size_t dim, size_t stride) {
#if defined(__x86_64__)
    if (isa >= CK_ISA_AVX512) { mix_avx512(weights, values, out, count, dim, stride); return; }
    if (isa >= CK_ISA_AVX2) { mix_avx2(weights, values, out, count, dim, stride); return; }
#endif
    for (size_t i = 0; i < count; i++)
        for (size_t d = 0; d < dim; d++) out[d] += weights[i] * values[i * stride + d];
}

void ck_gelu(float *x, size_t n) {
    for (size_t i = 0; i < n; i++) x[i] = 0.5f * x[i] * (1 + erff(x[i] * 0.70710678f));
}

void ck_swiglu(float *gate, const float *up, size_t n) {
    for (size_t i = 0; i < n; i++) gate[i] = gate[i] / (1 + expf(-gate[i])) * up[i];
}

float ck_exp_sum(float *scores, size_t n, float maximum) {
    float sum = 0;
    for (size_t i = 0; i < n; i++) {
        scores[i] = expf(scores[i] - maximum);
        sum += scores[i];
    }
    return sum;
}
