// The list of instruction sets, number conversions, and the reference product.
#include "CKernels.h"
#include <string.h>
#if defined(__x86_64__)
#include <cpuid.h>
#include <xmmintrin.h>
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif
#elif defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif

extern const ck_kernels ck_portable, ck_dotprod, ck_avx2, ck_avxvnni, ck_avx512, ck_avx512vnni, ck_avx512bf16, ck_tiles;

#if defined(__x86_64__)
static bool has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c");
}
static bool has_avxvnni(void) { return has_avx2() && __builtin_cpu_supports("avxvnni"); }
static bool has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
           __builtin_cpu_supports("avx512dq");
}
static bool has_avx512vnni(void) { return has_avx512() && __builtin_cpu_supports("avx512vnni"); }
static bool has_avx512bf16(void) { return has_avx512vnni() && __builtin_cpu_supports("avx512bf16"); }
/// Linux lets a process use tiles when it asks (arch_prctl(2), ARCH_REQ_XCOMP_PERM for XTILEDATA).
static bool has_tiles(void) {
#if defined(__linux__)
    unsigned a, b, c, d;
    const unsigned bf16 = 1u << 22, tile = 1u << 24;
    if (!has_avx512bf16() || !__get_cpuid_count(7, 0, &a, &b, &c, &d) || (d & (bf16 | tile)) != (bf16 | tile)) return false;
    return syscall(SYS_arch_prctl, 0x1023, 18) == 0;
#else
    return false;
#endif
}
#elif defined(__aarch64__) && defined(__linux__)
static bool has_dotprod(void) { return getauxval(AT_HWCAP) & HWCAP_ASIMDDP; }
#endif
static bool always(void) { return true; }

/// In the order of ck_isa. Kernels for other CPU architectures are NULL.
static const struct {
    const char *name;
    const ck_kernels *kernels;
    bool (*has)(void);
} sets[CK_ISA_COUNT] = {
    [CK_ISA_PORTABLE] = {"portable", &ck_portable, always},
#if defined(__x86_64__)
    [CK_ISA_AVX2] = {"avx2", &ck_avx2, has_avx2},
    [CK_ISA_AVXVNNI] = {"avxvnni", &ck_avxvnni, has_avxvnni},
    [CK_ISA_AVX512] = {"avx512", &ck_avx512, has_avx512},
    [CK_ISA_AVX512VNNI] = {"avx512vnni", &ck_avx512vnni, has_avx512vnni},
    [CK_ISA_AVX512BF16] = {"avx512bf16", &ck_avx512bf16, has_avx512bf16},
    [CK_ISA_TILES] = {"tiles", &ck_tiles, has_tiles},
#elif defined(__aarch64__) && defined(__linux__)
    [CK_ISA_DOTPROD] = {"dotprod", &ck_dotprod, has_dotprod},
#endif
};

bool ck_has_isa(ck_isa isa) {
#if defined(__x86_64__)
    __builtin_cpu_init();
#endif
    return isa < CK_ISA_COUNT && sets[isa].has && sets[isa].has();
}

ck_isa ck_best_isa(void) {
    ck_isa best = CK_ISA_PORTABLE;
    for (ck_isa isa = CK_ISA_PORTABLE; isa < CK_ISA_COUNT; isa++)
        if (ck_has_isa(isa)) best = isa;
    return best;
}

const char *ck_isa_name(ck_isa isa) { return sets[isa].name; }

const ck_kernels *ck_kernels_of(ck_isa isa) { return sets[isa].kernels; }

void ck_flush_subnormals(void) {
#if defined(__x86_64__)
    // MXCSR: FTZ for results, DAZ for operands.
    _mm_setcsr(_mm_getcsr() | 0x8040);
#elif defined(__aarch64__)
    // FPCR.FZ covers results and operands.
    uint64_t control;
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    __asm__ volatile("msr fpcr, %0" ::"r"(control | 1 << 24));
#endif
}

static float widen(uint16_t bits) {
    const uint32_t sign = (uint32_t)(bits & 0x8000) << 16, exponent = bits >> 10 & 31, fraction = bits & 1023;
    if (exponent == 0) return (sign ? -1.0f : 1.0f) * (float)fraction * 0x1p-24f;
    const uint32_t wide = sign | (exponent == 31 ? 0x7f800000 : (exponent + 112) << 23) | fraction << 13;
    float out;
    memcpy(&out, &wide, sizeof out);
    return out;
}

bool ck_has_window(size_t n) {
    size_t rest = n / 2;
    while (rest > 1 && rest % 2 == 0) rest /= 2;
    while (rest > 1 && rest % 3 == 0) rest /= 3;
    while (rest > 1 && rest % 5 == 0) rest /= 5;
    return n % 32 == 0 && n <= 2048 && rest == 1;
}

void ck_matmul_plain(const float *x, const float *w, const float *bias, float *y, size_t m, size_t n, size_t k) {
    for (size_t r = 0; r < m; r++)
        for (size_t c = 0; c < n; c++) {
            float s = bias ? bias[c] : 0;
            for (size_t i = 0; i < k; i++) s += x[r * k + i] * w[c * k + i];
            y[r * n + c] = s;
        }
}

void ck_half_to_float(const void *source, float *target, size_t n) {
    for (size_t i = 0; i < n; i++) {
        uint16_t bits;
        memcpy(&bits, (const char *)source + 2 * i, sizeof bits);
        target[i] = widen(bits);
    }
}

void ck_bfloat_to_float(const void *source, float *target, size_t n) {
    for (size_t i = 0; i < n; i++) {
        uint16_t bits;
        memcpy(&bits, (const char *)source + 2 * i, sizeof bits);
        const uint32_t wide = (uint32_t)bits << 16;
        memcpy(target + i, &wide, sizeof wide);
    }
}
