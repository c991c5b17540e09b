// The C kernels: the inner loops. All pointers are to contiguous float32 and need no alignment, unless said otherwise. Every kernel
// computes a row with the same operations in the same order whatever the other rows are, so a row of a batch is bit-identical to
// that row alone.
#ifndef CKERNELS_H
#define CKERNELS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Instruction sets, plainest first. Each compiles the same source for other vectors (body.h).
typedef enum ck_isa {
    CK_ISA_PORTABLE = 0,
    /// Arm vectors with byte dot products.
    CK_ISA_DOTPROD,
    CK_ISA_AVX2,
    CK_ISA_AVXVNNI,
    CK_ISA_AVX512,
    CK_ISA_AVX512VNNI,
    CK_ISA_AVX512BF16,
    /// The same, and tiles of bfloat16 (AMX) for convolutions.
    CK_ISA_TILES,
    CK_ISA_COUNT
} ck_isa;

/// Whether this CPU supports an instruction set for which this library has kernels.
bool ck_has_isa(ck_isa isa);
/// The widest one that this CPU supports.
ck_isa ck_best_isa(void);
/// "portable", "dotprod", "avx2", "avxvnni", "avx512", "avx512vnni",
/// "avx512bf16" or "tiles".
const char *ck_isa_name(ck_isa isa);

/// Columns in a panel of packed weights.
enum { CK_PANEL = 64 };

/// A run of cached rows: keys and values [count, stride] in float32, bfloat16, or int8 plus 128 with one scale per row [count].
typedef struct ck_run {
    const void *keys, *values;
    const float *key_scales, *value_scales;
    size_t count;
} ck_run;

/// Blocks of 32 weights, as GGUF files store them along a row (ggml-common.h of ggml: block_q4_0, block_q4_1, block_q8_0). Scales and
/// minima are binary16; the low halves of the bytes of 4-bit blocks are the first sixteen weights.
typedef enum ck_blocks {
    /// 18 bytes: scale, 16 bytes of halves. A weight is scale * (half - 8).
    CK_BLOCKS_Q4_0,
    /// 20 bytes: scale, minimum, 16 bytes of halves. A weight is scale * half + minimum.
    CK_BLOCKS_Q4_1,
    /// 34 bytes: scale, 32 signed bytes. A weight is scale * byte.
    CK_BLOCKS_Q8_0,
} ck_blocks;

/// A convolution over rows: y[t, o] = bias[o] + residual[t, o] + the sum over k and i of w[o, k, i] * row(t + k * dilation)[i], for t below
/// `count`. Rows come from `activate`, weights from `pack_filter`; residual and bias may be NULL, and
/// y is none of the others.
typedef struct ck_convolution {
    const void *rows, *packed;
    const float *bias, *residual;
    float *y;
    size_t count, outputs, taps, inputs, dilation;
} ck_convolution;

/// How one number type is stored and multiplied: an entry of the type table (types.h).
typedef struct ck_type {
    const char *name;
    /// Bytes of a row of k numbers, without its scale: whole 32-bit words.
    size_t (*row_bytes)(size_t k);
    /// Whether every row has its own float32 scale.
    bool is_scaled;
    /// Whether rows are float32: products then read them in place, and `take` only copies.
    bool is_float;
    /// The most inputs that a product may have.
    size_t inputs_max;
    /// A type to use for weights that its `pack` accepts; products are bit-identical. NULL if there is none.
    const struct ck_type *compact;
    /// Bytes of w[n, k] in packed form.
    size_t (*packed_bytes)(size_t n, size_t k);
    /// Packs w[n, k] into panels of CK_PANEL columns. False, with `packed` undefined, if a weight would lose a bit that must be kept.
    bool (*pack)(const float *w, void *packed, size_t n, size_t k);
    /// Packs w[n, k] from blocks of a GGUF file, `n * k / 32` of them, without changing a weight. False, with `packed` undefined, if this
    /// type does not hold such blocks; NULL if it holds none. k is a multiple of 32.
    bool (*pack_blocks)(ck_blocks format, const void *blocks, void *packed, size_t n, size_t k);
    /// The weights of output c as products use them, w[k].
    void (*unpack)(const void *packed, size_t c, float *w, size_t n, size_t k);
    /// Converts x[m, k] to rows of this type, each of whole 32-bit words, and their scales[m].
    void (*take)(const float *x, void *rows, float *scales, size_t m, size_t k);
    /// Converts one row back to x[k].
    void (*widen)(const void *row, const float *scale, float *x, size_t k);
    /// y[m, n] = x[m, k] * w[n, k]^T + bias[n]; rows from `take`, weights from `pack`, bias or NULL. Sums are float32, or exact.
    void (*multiply)(const void *rows, const float *scales, const void *packed, const float *bias, float *y, size_t m, size_t n,
                     size_t k);
    /// out[group, dim] = softmax(q . k / sqrt(dim)) v over all runs of rows from `take`, for the `group` queries that share a key head.
    /// NULL if rows of this type are not cached. first[group, dim] attends to run 0, rest[group, dim] to the others. scores has room for group * all counts. The first `early`
    /// queries, of the previous position, do not see the last row. Queries are rounded to this type for their products with keys.
    void (*attend)(const float *first, const float *rest, size_t group, size_t early, const ck_run *runs, size_t count, size_t dim,
                   size_t stride, float *scores, float *out);
    /// Bytes of a row of k numbers that a convolution reads; of whole 32-bit words.
    size_t (*filter_row_bytes)(size_t k);
    /// Bytes of w[n, taps, k] in packed form.
    size_t (*filter_bytes)(size_t n, size_t taps, size_t k);
    /// Packs w[n, taps, k] for `convolve`.
    void (*pack_filter)(const float *w, void *packed, size_t n, size_t taps, size_t k);
    /// Converts x[m, k], where it is positive, and slope * x elsewhere, to rows of filter_row_bytes(k); slope is at most 1.
    void (*activate)(const float *x, float slope, void *rows, size_t m, size_t k);
    /// Computes a convolution without gathering its rows. NULL, like the four before, if this type has none.
    void (*convolve)(const ck_convolution *c);
    /// Runs `rounds` rounds of products in registers, at this instruction set's best; returns the number of multiplications and
    /// additions. out[2] holds the factors and receives the result.
    double (*peak)(size_t rounds, int32_t *out);
} ck_type;

/// Whether windows of n samples can be transformed: n is a multiple of 32 up to 2048, and n / 2 has only the factors 2, 3 and 5.
bool ck_has_window(size_t n);

/// The kernels of one instruction set.
typedef struct ck_kernels {
    /// The types, terminated by NULL. All sets have the same types in the same order.
    const ck_type *const *types;
    /// y = (x - mean) / sqrt(variance + epsilon) * weight + bias, per row. y may be x.
    void (*layer_norm)(const float *x, const float *weight, const float *bias, float epsilon, float *y, size_t rows, size_t width);
    /// y = x / sqrt(mean of squares + epsilon) * weight, per row. y may be x.
    void (*rms_norm)(const float *x, const float *weight, float epsilon, float *y, size_t rows, size_t width);
    /// The index of the largest of x[n]; the lowest on a tie.
    size_t (*largest)(const float *x, size_t n);
    /// Reads words[count] with as little arithmetic as possible, to measure bandwidth.
    int32_t (*read)(const int32_t *words, size_t count);
    /// x to x * Phi(x), in place. Phi has a relative error of 2e-7.
    void (*gelu)(float *x, size_t n);
    /// gate to silu(gate) * up, in place in gate.
    void (*swiglu)(float *gate, const float *up, size_t n);
    /// y = x where it is positive, else slope * x; slope is below 1. y may be x.
    void (*leaky)(const float *x, float slope, float *y, size_t n);
    /// y[rows, width] = tanh(first half) * sigmoid(second half) of x[rows, 2 * width]. The error is 2e-7.
    void (*gate)(const float *x, float *y, size_t rows, size_t width);
    /// x to tanh(x), in place. The error is 2e-7.
    void (*tanh)(float *x, size_t n);
    /// target += source.
    void (*add)(const float *source, float *target, size_t n);
    /// x to exp(x), in place, for x up to 88. Relative error 2e-7.
    void (*exponential)(float *x, size_t n);
    /// Multiplies windows x[rows, n] by window[n] and takes the magnitudes of their Fourier transforms, y[rows, n / 2 + 1].
    /// circle[2, n] holds the cosines and sines of multiples of 1/n of a turn. The error is 3e-6 of the largest magnitude.
    void (*magnitudes)(size_t n, const float *circle, const float *window, const float *x, float *y, size_t rows);
    /// Inverse transforms of bins, unscaled, times window[n]: y[rows, n]. x[rows, 2, n / 2 + 1] holds real, then imaginary parts.
    /// The imaginary parts of the first and last bin are not read.
    void (*frames)(size_t n, const float *circle, const float *window, const float *x, float *y, size_t rows);
    /// Cosines and sines of x; absolute error within 1e-6 for |x| up to 8192.
    void (*cosine_sine)(const float *x, float *cosine, float *sine, size_t n);
} ck_kernels;

const ck_kernels *ck_kernels_of(ck_isa isa);

/// Makes this thread, and those that it starts, treat subnormal numbers as zero. See Subnormals.swift.
void ck_flush_subnormals(void);

/// Loads OpenBLAS, single-threaded, for this CPU's core, ignoring the environment. Returns the name of the core that it computes for, or
/// NULL without the library. Call it once, before other threads read the environment.
const char *ck_openblas_load(void);
/// y[m, n] = x[m, k] * w[n, k]^T + bias[n] by OpenBLAS. The weights are packed by a type with float rows; bias may be NULL. A row's bits
/// may depend on the other rows.
void ck_openblas_multiply(const ck_type *type, const float *x, const void *packed, const float *bias, float *y, size_t m, size_t n,
                          size_t k);

/// The reference: y[m, n] = x[m, k] * w[n, k]^T + bias[n] in plain loops over unpacked rows.
void ck_matmul_plain(const float *x, const float *w, const float *bias, float *y, size_t m, size_t n, size_t k);

/// IEEE 754 binary16 and bfloat16 to float32. Sources need no alignment.
void ck_half_to_float(const void *source, float *target, size_t n);
void ck_bfloat_to_float(const void *source, float *target, size_t n);
#endif
