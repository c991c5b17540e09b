// The C kernels: what a loop over rows does many times. All pointers are to contiguous float32; no alignment is assumed.
// Every kernel computes a row with the same operations in the same order whatever rows stand beside it, so that a row of
// a batch equals the row alone, bit for bit.
#ifndef CKERNELS_H
#define CKERNELS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Instruction sets, from the plainest. Each is the same source compiled for other vectors (body.h).
typedef enum ck_isa {
    CK_ISA_PORTABLE = 0,
    /// Arm's vectors with dot products of bytes.
    CK_ISA_DOTPROD,
    CK_ISA_AVX2,
    CK_ISA_AVXVNNI,
    CK_ISA_AVX512,
    CK_ISA_AVX512VNNI,
    CK_ISA_AVX512BF16,
    CK_ISA_COUNT
} ck_isa;

/// Whether this CPU has an instruction set and this library has kernels for it.
bool ck_has_isa(ck_isa isa);
/// The last one that it has.
ck_isa ck_best_isa(void);
/// "portable", "dotprod", "avx2", "avxvnni", "avx512", "avx512vnni" or "avx512bf16".
const char *ck_isa_name(ck_isa isa);

/// Columns of a panel of packed weights.
enum { CK_PANEL = 64 };

/// Floats that the packed form of w[n, k] takes.
size_t ck_packed_count(size_t n, size_t k);
/// w[n, k] to panels [n / 64, k, 64], zeros where n ends within a panel.
void ck_pack(const float *w, float *packed, size_t n, size_t k);
/// The same as binary16, in half of the memory. False, with nothing of use written, when a weight would lose a bit.
bool ck_pack_half(const float *w, uint16_t *packed, size_t n, size_t k);

/// Words of 32 bits that k inputs take, `each` to a word: 4 of int8, 2 of bfloat16.
static inline size_t ck_steps(size_t k, size_t each) { return (k + each - 1) / each; }
/// w[n, k] to panels [n / 64, steps, 64] of words of two bfloat16, the nearest ones; zeros where n or k ends within one.
void ck_pack_bfloats(const float *w, uint32_t *packed, size_t n, size_t k);
/// Rows whose largest magnitude is not above this are zeros as int8.
#define CK_BYTE_LEAST 1e-30f

/// Weights w[n, k] as int8 with a scale for each output: w is `scale * q` to half a scale, q from -127 to 127.
typedef struct ck_bytes {
    /// Panels [n / 64, steps, 64] of words of four.
    uint32_t *words;
    /// [n], with zeros up to a whole panel.
    float *scales;
    /// What the 128 that is added to the inputs would add to a sum: -128 times the sum of q. [n], with zeros up to a whole panel.
    int32_t *starts;
    size_t n, k;
} ck_bytes;

/// The largest k whose sums cannot overflow: 255 * 127 * k below 2^31.
enum { CK_BYTE_INPUTS_MAX = 65536 };
/// Fills words, scales and starts.
void ck_pack_bytes(const float *w, ck_bytes *target);

/// A run of cached rows: keys and values [count, stride], float32, bfloat16, or int8 plus 128 with a scale for each row [count].
typedef struct ck_run {
    const void *keys, *values;
    const float *key_scales, *value_scales;
    size_t count;
} ck_run;

/// Kinds of product: float32, bfloat16 and int8.
typedef enum ck_product { CK_PRODUCT_FLOATS, CK_PRODUCT_BFLOATS, CK_PRODUCT_BYTES } ck_product;

/// Samples of the windows whose spectra are taken: 40 ms at 16 kHz.
enum { CK_WINDOW = 640 };

/// One instruction set's kernels.
typedef struct ck_kernels {
    /// y[m, n] = x[m, k] * w[n, k]^T + bias[n]; bias may be NULL. The weights are packed.
    void (*matmul)(const float *x, const float *packed, const float *bias, float *y, size_t m, size_t n, size_t k);
    /// The same with weights packed as binary16. They widen exactly, so the bits of y are the same too.
    void (*matmul_half)(const float *x, const uint16_t *packed, const float *bias, float *y, size_t m, size_t n, size_t k);
    /// Rows x[m, k] to int8 plus 128, with a scale each. q[m, steps * 4].
    void (*quantize)(const float *x, uint8_t *q, float *scales, size_t m, size_t k);
    /// y[m, w.n] = x * w^T + bias of rows from `quantize`. The sums are exact.
    void (*matmul_bytes)(const uint8_t *x, const float *row_scales, const ck_bytes *w, const float *bias, float *y, size_t m);
    /// Rows x[m, k] to the nearest bfloat16. q[m, steps * 2].
    void (*shorten)(const float *x, uint16_t *q, size_t m, size_t k);
    /// y[m, n] = x * w^T + bias of rows from `shorten` and weights packed as bfloat16, added up in float32.
    void (*matmul_bfloats)(const uint16_t *x, const uint32_t *packed, const float *bias, float *y, size_t m, size_t n, size_t k);
    /// out[group, dim] = softmax(q . k / sqrt(dim)) v over all runs, for the `group` queries that share a key head. Run 0
    /// is seen by first[group, dim], the others by rest[group, dim]. scores has room for group * all counts.
    /// The first `early` queries do not see the last row: those of a position before. Cached rows are float32.
    void (*attend)(const float *first, const float *rest, size_t group, size_t early, const ck_run *runs, size_t count,
                   size_t dim, size_t stride, float *scores, float *out);
    /// The same where cached rows are bfloat16. Queries are rounded to it for their products with the keys; sums are float32.
    void (*attend_bfloats)(const float *first, const float *rest, size_t group, size_t early, const ck_run *runs, size_t count,
                           size_t dim, size_t stride, float *scores, float *out);
    /// The same where they are int8, from `quantize`; a stride of whole words. Queries become int8 for their products with the keys.
    void (*attend_bytes)(const float *first, const float *rest, size_t group, size_t early, const ck_run *runs, size_t count,
                         size_t dim, size_t stride, float *scores, float *out);
    /// y = (x - mean) / sqrt(variance + epsilon) * weight + bias, row by row. y may be x.
    void (*layer_norm)(const float *x, const float *weight, const float *bias, float epsilon, float *y, size_t rows, size_t width);
    /// y = x / sqrt(mean of squares + epsilon) * weight, row by row. y may be x.
    void (*rms_norm)(const float *x, const float *weight, float epsilon, float *y, size_t rows, size_t width);
    /// The first index of the largest of x[n].
    size_t (*largest)(const float *x, size_t n);
    /// Does `rounds` rounds of products in registers, the best that this instruction set can; returns multiplications and
    /// additions. out[2] are its factors and take its result.
    double (*peak)(ck_product kind, size_t rounds, int32_t *out);
    /// Reads words[count] and does next to nothing with them.
    int32_t (*read)(const int32_t *words, size_t count);
    /// x to x * Phi(x), in place; Phi to 2e-7 of itself.
    void (*gelu)(float *x, size_t n);
    /// gate to silu(gate) * up, in place in gate.
    void (*swiglu)(float *gate, const float *up, size_t n);
    /// target += source.
    void (*add)(const float *source, float *target, size_t n);
    /// x to exp(x), in place; 2e-7 of itself, for x up to 88.
    void (*exponential)(float *x, size_t n);
    /// Windows x[rows, 640], times window[640], to the magnitudes of their Fourier transform y[rows, 321]. circle[2, 640] holds the
    /// cosines and the sines of 640ths of a turn. Three millionths of the largest magnitude.
    void (*magnitudes)(const float *circle, const float *window, const float *x, float *y, size_t rows);
    /// Real and imaginary parts x[rows, 2, 321] of bins to their inverse transform, unscaled, times window[640]: y[rows, 640]. The
    /// imaginary parts of the first and the last bin are not read.
    void (*frames)(const float *circle, const float *window, const float *x, float *y, size_t rows);
    /// Cosines and sines of x; within 1e-6 for |x| up to 8192.
    void (*cosine_sine)(const float *x, float *cosine, float *sine, size_t n);
} ck_kernels;

const ck_kernels *ck_kernels_of(ck_isa isa);

/// From now on this thread, and those that it starts, takes subnormal numbers for zero. See Subnormals.swift.
void ck_flush_subnormals(void);

/// The oracle: y[m, n] = x[m, k] * w[n, k]^T + bias[n], plain loops over plain rows.
void ck_matmul_plain(const float *x, const float *w, const float *bias, float *y, size_t m, size_t n, size_t k);

/// IEEE 754 binary16 and bfloat16 to float32. Sources need no alignment.
void ck_half_to_float(const void *source, float *target, size_t n);
void ck_bfloat_to_float(const void *source, float *target, size_t n);
#endif
