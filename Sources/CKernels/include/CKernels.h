// The C kernels: what a loop over rows does many times. All pointers are to contiguous float32; no alignment is assumed.
// Every kernel computes a row with the same operations in the same order whatever rows stand beside it, so that a row of
// a batch equals the row alone, bit for bit.
#ifndef CKERNELS_H
#define CKERNELS_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Instruction sets, from the plainest. Each is the same source compiled for other vectors (body.h).
typedef enum ck_isa { CK_ISA_PORTABLE = 0, CK_ISA_AVX2 = 1, CK_ISA_AVX512 = 2 } ck_isa;

/// The best instruction set that this CPU has and this library uses.
ck_isa ck_best_isa(void);

/// Columns of a panel of packed weights.
enum { CK_PANEL = 64 };

/// Floats that the packed form of w[n, k] takes.
size_t ck_packed_count(size_t n, size_t k);
/// w[n, k] to panels [n / 64, k, 64], zeros where n ends within a panel.
void ck_pack(const float *w, float *packed, size_t n, size_t k);
/// The same as binary16, in half of the memory. False, with nothing of use written, when a weight would lose a bit.
bool ck_pack_half(const float *w, uint16_t *packed, size_t n, size_t k);

/// A run of cached rows: keys and values [count, stride].
typedef struct ck_run {
    const float *keys, *values;
    size_t count;
} ck_run;

/// One instruction set's kernels.
typedef struct ck_kernels {
    /// y[m, n] = x[m, k] * w[n, k]^T + bias[n]; bias may be NULL. The weights are packed.
    void (*matmul)(const float *x, const float *packed, const float *bias, float *y, size_t m, size_t n, size_t k);
    /// The same with weights packed as binary16. They widen exactly, so the bits of y are the same too.
    void (*matmul_half)(const float *x, const uint16_t *packed, const float *bias, float *y, size_t m, size_t n, size_t k);
    /// out[group, dim] = softmax(q . k / sqrt(dim)) v over all runs, for the `group` queries that share a key head. Run 0
    /// is seen by first[group, dim], the others by rest[group, dim]. scores has room for group * all counts.
    void (*attend)(const float *first, const float *rest, size_t group, const ck_run *runs, size_t count, size_t dim,
                   size_t stride, float *scores, float *out);
    /// y = (x - mean) / sqrt(variance + epsilon) * weight + bias, row by row. y may be x.
    void (*layer_norm)(const float *x, const float *weight, const float *bias, float epsilon, float *y, size_t rows, size_t width);
    /// y = x / sqrt(mean of squares + epsilon) * weight, row by row. y may be x.
    void (*rms_norm)(const float *x, const float *weight, float epsilon, float *y, size_t rows, size_t width);
    /// x to x * Phi(x), in place; Phi to 2e-7 of itself.
    void (*gelu)(float *x, size_t n);
    /// gate to silu(gate) * up, in place in gate.
    void (*swiglu)(float *gate, const float *up, size_t n);
    /// target += source.
    void (*add)(const float *source, float *target, size_t n);
    /// x to exp(x), in place; 2e-7 of itself, for x up to 88.
    void (*exponential)(float *x, size_t n);
    /// Cosines and sines of x; within 1e-6 for |x| up to 8192.
    void (*cosine_sine)(const float *x, float *cosine, float *sine, size_t n);
} ck_kernels;

const ck_kernels *ck_kernels_of(ck_isa isa);

/// The oracle: y[m, n] = x[m, k] * w[n, k]^T + bias[n], plain loops over plain rows.
void ck_matmul_plain(const float *x, const float *w, const float *bias, float *y, size_t m, size_t n, size_t k);

/// IEEE 754 binary16 and bfloat16 to float32. Sources need no alignment.
void ck_half_to_float(const void *source, float *target, size_t n);
void ck_bfloat_to_float(const void *source, float *target, size_t n);
#endif
