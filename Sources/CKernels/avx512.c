// The kernels for x86-64 CPUs with AVX-512.
#if defined(__x86_64__)
#include "CKernels.h"
#include <immintrin.h>
#include <math.h>
#include <string.h>
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq"))), apply_to = function)
#define LANES 16
#define VECTORS 4
#define MULTIPLY_PAIRS(a, b) ((ivec)_mm512_madd_epi16((__m512i)(a), (__m512i)(b)))
#define KERNELS ck_avx512
#include "body.h"
#pragma clang attribute pop
#endif
