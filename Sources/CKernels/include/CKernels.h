// The C kernels: what a loop over rows does many times. All pointers are to contiguous float32; no alignment is assumed.
#ifndef CKERNELS_H
#define CKERNELS_H
#include <stddef.h>
#include <stdint.h>

typedef enum ck_isa { CK_ISA_SCALAR = 0, CK_ISA_AVX2 = 1, CK_ISA_AVX512 = 2 } ck_isa;

/// The best instruction set that this CPU has and this library uses.
ck_isa ck_best_isa(void);

/// y[m, n] = x[m, k] * w[n, k]^T + bias[n] (bias may be NULL). For few rows: the weights are read once for all of them.
void ck_matmul(ck_isa isa, const float *x, const float *w, const float *bias, float *y, size_t m, size_t n, size_t k);

/// Scores and mixes one head's window: scores[i] = scale * q . k[i], for rows first .. first + count of a ring of `size` rows.
/// keys and values are [size, stride] with this head's dim at the start of a row.
void ck_scores(ck_isa isa, const float *q, const float *keys, float *scores, size_t count, size_t dim, size_t stride, float scale);
/// out[dim] += sum over i of weights[i] * values[i].
void ck_mix(ck_isa isa, const float *weights, const float *values, float *out, size_t count, size_t dim, size_t stride);

/// x to 0.5 x (1 + erf(x / sqrt 2)), in place.
void ck_gelu(float *x, size_t n);
/// gate to silu(gate) * up, in place in gate.
void ck_swiglu(float *gate, const float *up, size_t n);
/// scores to exp(scores - max) in place; returns their sum.
float ck_exp_sum(float *scores, size_t n, float maximum);
#endif
