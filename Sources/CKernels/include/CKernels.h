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

/// A run of cached rows: keys and values [count, stride], float32, bfloat16, or int8 plus 128 with a scale for each row [count].
typedef struct ck_run {
    const void *keys, *values;
    const float *key_scales, *value_scales;
    size_t count;
} ck_run;

/// How numbers of one type are kept and multiplied: a row of the table of types (types.h).
typedef struct ck_type {
    const char *name;
    /// Bytes of a number of a row.
    size_t bytes;
    /// Whether every row has a float32 scale beside it.
    bool is_scaled;
    /// Whether rows are float32: products read them where they are, and `take` copies.
    bool is_float;
    /// The most inputs of a product.
    size_t inputs_max;
    /// A type that weights are packed in instead where its `pack` takes them: products have the same bits. NULL for none.
    const struct ck_type *compact;
    /// Bytes that the packed form of w[n, k] takes.
    size_t (*packed_bytes)(size_t n, size_t k);
    /// Packs w[n, k] into panels of CK_PANEL columns. False, with nothing of use written, when a weight would lose a bit that it must not.
    bool (*pack)(const float *w, void *packed, size_t n, size_t k);
    /// Rows x[m, k] to rows of this type, of whole 32-bit words each. scales[m].
    void (*take)(const float *x, void *rows, float *scales, size_t m, size_t k);
    /// One row back to x[k].
    void (*widen)(const void *row, const float *scale, float *x, size_t k);
    /// y[m, n] = x[m, k] * w[n, k]^T + bias[n] of rows from `take` and weights from `pack`; bias may be NULL. Sums are float32, or exact.
    void (*multiply)(const void *rows, const float *scales, const void *packed, const float *bias, float *y, size_t m, size_t n,
                     size_t k);
    /// out[group, dim] = softmax(q . k / sqrt(dim)) v over all runs of rows from `take`, for the `group` queries that share a key head.
    /// Run 0 is seen by first[group, dim], the others by rest[group, dim]. scores has room for group * all counts. The first `early`
    /// queries do not see the last row: those of a position before. Queries are rounded to the type for their products with the keys.
    void (*attend)(const float *first, const float *rest, size_t group, size_t early, const ck_run *runs, size_t count, size_t dim,
                   size_t stride, float *scores, float *out);
    /// Does `rounds` rounds of products in registers, the best that this instruction set can; returns multiplications and
    /// additions. out[2] are its factors and take its result.
    double (*peak)(size_t rounds, int32_t *out);
} ck_type;

/// Whether spectra are taken of windows of n samples: multiples of 32 whose halves have no factors but 2, 3 and 5, up to 2048.
bool ck_has_window(size_t n);

/// One instruction set's kernels.
typedef struct ck_kernels {
    /// The types, NULL behind the last; all sets have the same ones in the same order.
    const ck_type *const *types;
    /// y = (x - mean) / sqrt(variance + epsilon) * weight + bias, row by row. y may be x.
    void (*layer_norm)(const float *x, const float *weight, const float *bias, float epsilon, float *y, size_t rows, size_t width);
    /// y = x / sqrt(mean of squares + epsilon) * weight, row by row. y may be x.
    void (*rms_norm)(const float *x, const float *weight, float epsilon, float *y, size_t rows, size_t width);
    /// The first index of the largest of x[n].
    size_t (*largest)(const float *x, size_t n);
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
    /// Windows x[rows, n], times window[n], to the magnitudes of their Fourier transform y[rows, n / 2 + 1]. circle[2, n] holds the
    /// cosines and the sines of n-ths of a turn. Three millionths of the largest magnitude.
    void (*magnitudes)(size_t n, const float *circle, const float *window, const float *x, float *y, size_t rows);
    /// Real and imaginary parts x[rows, 2, n / 2 + 1] of bins to their inverse transform, unscaled, times window[n]: y[rows, n]. The
    /// imaginary parts of the first and the last bin are not read.
    void (*frames)(size_t n, const float *circle, const float *window, const float *x, float *y, size_t rows);
    /// Cosines and sines of x; within 1e-6 for |x| up to 8192.
    void (*cosine_sine)(const float *x, float *cosine, float *sine, size_t n);
} ck_kernels;

const ck_kernels *ck_kernels_of(ck_isa isa);

/// From now on this thread, and those that it starts, takes subnormal numbers for zero. See Subnormals.swift.
void ck_flush_subnormals(void);

/// Loads OpenBLAS, single-threaded, for the core that this CPU is, whatever the environment says. The core that it computes for, or NULL
/// where there is no such library. Call it once, before other threads read the environment.
const char *ck_openblas_load(void);
/// y[m, n] = x[m, k] * w[n, k]^T + bias[n] by OpenBLAS, of weights that a type of float rows has packed; bias may be NULL. A row's bits may
/// depend on the rows beside it.
void ck_openblas_multiply(const ck_type *type, const float *x, const void *packed, const float *bias, float *y, size_t m, size_t n,
                          size_t k);

/// The oracle: y[m, n] = x[m, k] * w[n, k]^T + bias[n], plain loops over plain rows.
void ck_matmul_plain(const float *x, const float *w, const float *bias, float *y, size_t m, size_t n, size_t k);

/// IEEE 754 binary16 and bfloat16 to float32. Sources need no alignment.
void ck_half_to_float(const void *source, float *target, size_t n);
void ck_bfloat_to_float(const void *source, float *target, size_t n);
#endif
