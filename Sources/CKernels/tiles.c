// The kernels for x86-64 CPUs with AVX-512, BF16 and tiles (AMX).
#if defined(__x86_64__)
#include "CKernels.h"
#include <immintrin.h>
#include <math.h>
#include <string.h>
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx512bf16,amx-tile,amx-bf16"))), apply_to = function)
#define LANES 16
#define VECTORS 4
#define DOT_BYTES(s, w, x) ((ivec)_mm512_dpbusd_epi32((__m512i)(s), (__m512i)(x), (__m512i)(w)))
#define DOT_BFLOATS(s, w, x) ((ivec)_mm512_dpbf16_ps((__m512)(s), (__m512bh)(x), (__m512bh)(w)))
#define HAS_TILES 1
#define KERNELS ck_tiles
#include "body.h"
#pragma clang attribute pop
#endif
