// Products by OpenBLAS, on the weights that the float32 products use. The library is loaded at first use instead of linked, because it
// inspects the processor and the environment only once, while it loads.
#include "CKernels.h"
#include <dlfcn.h>
#include <stdlib.h>

enum { ROW_MAJOR = 101, NO_TRANSPOSE = 111 };
/// Inputs whose weights are widened to float32 at once.
enum { INPUTS = 512 };
/// The most multiplications for which the library's AVX-512 kernels skip packing.
static const size_t small = 1000000;

static struct {
    const char *core;
    void (*sgemm)(int order, int a, int b, int m, int n, int k, float alpha, const float *x, int ldx, const float *w, int ldw, float beta,
                  float *y, int ldy);
    /// Whether the core has kernels for small matrices.
    bool has_small;
} blas;

const char *ck_openblas_load(void) {
    const char *core = ck_has_isa(CK_ISA_AVX512) ? "SkylakeX" : ck_has_isa(CK_ISA_AVX2) ? "Haswell" : NULL;
    // Debian's 0.3.21 treats unknown processors as the oldest one, and obeys a user's pinned OPENBLAS_CORETYPE. Override both.
    if (core) setenv("OPENBLAS_CORETYPE", core, 1);
    // The calling worker computes alone.
    setenv("OPENBLAS_NUM_THREADS", "1", 1);
    void *library = dlopen("libopenblas.so.0", RTLD_NOW | RTLD_LOCAL);
    if (!library) return NULL;
    const char *(*name)(void) = (const char *(*)(void))dlsym(library, "openblas_get_corename");
    void (*threads)(int) = (void (*)(int))dlsym(library, "openblas_set_num_threads");
    blas.sgemm = (__typeof__(blas.sgemm))dlsym(library, "cblas_sgemm");
    if (!name || !threads || !blas.sgemm) return NULL;
    threads(1);
    blas.has_small = ck_has_isa(CK_ISA_AVX512);
    return blas.core = name();
}

/// Multiplies all rows by one panel's `columns`, over `inputs` inputs.
static void multiply_panel(const float *x, const float *w, float *y, size_t m, size_t columns, size_t inputs, size_t n, size_t k, float beta) {
    const size_t most = blas.has_small ? small / (CK_PANEL * inputs) : m, groups = most < m ? (m + most - 1) / most : 1;
    for (size_t g = 0; g < groups; g++) {
        const size_t from = m * g / groups, to = m * (g + 1) / groups;
        blas.sgemm(ROW_MAJOR, NO_TRANSPOSE, NO_TRANSPOSE, (int)(to - from), (int)columns, (int)inputs, 1, x + from * k, (int)k, w, CK_PANEL,
                   beta, y + from * n, (int)n);
    }
}

void ck_openblas_multiply(const ck_type *type, const float *x, const void *packed, const float *bias, float *y, size_t m, size_t n, size_t k) {
    float wide[INPUTS * CK_PANEL];
    const size_t width = type->packed_bytes(1, 1) / CK_PANEL;
    for (size_t r = 0; bias && r < m; r++)
        for (size_t c = 0; c < n; c++) y[r * n + c] = bias[c];
    for (size_t c = 0; c < n; c += CK_PANEL)
        for (size_t i = 0; i < k; i += INPUTS) {
            const size_t inputs = k - i < INPUTS ? k - i : INPUTS, columns = n - c < CK_PANEL ? n - c : CK_PANEL;
            const void *panel = (const char *)packed + (c * k + i * CK_PANEL) * width;
            if (width != sizeof(float)) type->widen(panel, NULL, wide, inputs * CK_PANEL);
            multiply_panel(x + i, width == sizeof(float) ? panel : wide, y + c, m, columns, inputs, n, k, bias || i ? 1 : 0);
        }
}
