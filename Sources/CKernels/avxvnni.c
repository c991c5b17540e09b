// The kernels for x86-64 CPUs with AVX2 and AVX-VNNI.
#if defined(__x86_64__)
#include "CKernels.h"
#include <immintrin.h>
#include <math.h>
#include <string.h>
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c,avxvnni"))), apply_to = function)
#define LANES 8
#define VECTORS 2
#define DOT_BYTES(s, w, x) ((ivec)_mm256_dpbusd_avx_epi32((__m256i)(s), (__m256i)(x), (__m256i)(w)))
#define KERNELS ck_avxvnni
#include "body.h"
#pragma clang attribute pop
#endif
