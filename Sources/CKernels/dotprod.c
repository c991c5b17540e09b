// The kernels for Arm CPUs with byte dot products.
#if defined(__aarch64__)
#include "CKernels.h"
#include <arm_neon.h>
#include <math.h>
#include <string.h>
#pragma clang attribute push(__attribute__((target("dotprod"))), apply_to = function)
#define LANES 4
#define VECTORS 2
#define DOT_SIGNED 1
#define DOT_BYTES(s, w, x) ((ivec)vdotq_s32((int32x4_t)(s), (int8x16_t)(w), (int8x16_t)(x)))
#define KERNELS ck_dotprod
#include "body.h"
#pragma clang attribute pop
#endif
