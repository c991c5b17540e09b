// The kernels for x86-64 CPUs with AVX2, FMA and F16C.
#if defined(__x86_64__)
#include "CKernels.h"
#include <immintrin.h>
#include <math.h>
#include <string.h>
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#define LANES 8
#define VECTORS 2
#define MULTIPLY_PAIRS(a, b) ((ivec)_mm256_madd_epi16((__m256i)(a), (__m256i)(b)))
#define DOT_ROWS 4
#define KERNELS ck_avx2
#include "body.h"
#pragma clang attribute pop
#endif
