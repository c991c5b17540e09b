// Weights rounded to int8 and to bfloat16, in the layout that dots.h reads.
#include "CKernels.h"
#include <math.h>
#include <string.h>

/// Where the word of column c and step i lies.
static size_t place(size_t c, size_t i, size_t steps) { return (c / CK_PANEL * steps + i) * CK_PANEL + c % CK_PANEL; }

/// Columns with those that fill the last panel.
static size_t padded(size_t n) { return ck_packed_count(n, 1); }

void ck_pack_bfloats(const float *w, uint32_t *packed, size_t n, size_t k) {
    const size_t steps = ck_steps(k, 2);
    memset(packed, 0, padded(n) * steps * sizeof *packed);
    for (size_t c = 0; c < n; c++)
        for (size_t i = 0; i < k; i++) {
            uint32_t bits;
            memcpy(&bits, w + c * k + i, sizeof bits);
            bits += 0x7fff + (bits >> 16 & 1);
            packed[place(c, i / 2, steps)] |= bits >> 16 << 16 * (i % 2);
        }
}

void ck_pack_bytes(const float *w, ck_bytes *target) {
    const size_t n = target->n, k = target->k, steps = ck_steps(k, 4);
    memset(target->words, 0, padded(n) * steps * sizeof *target->words);
    memset(target->scales, 0, padded(n) * sizeof *target->scales);
    memset(target->starts, 0, padded(n) * sizeof *target->starts);
    for (size_t c = 0; c < n; c++, w += k) {
        float most = 0;
        for (size_t i = 0; i < k; i++) most = fmaxf(most, fabsf(w[i]));
        const float inverse = most > CK_BYTE_LEAST ? 127 / most : 0;
        target->scales[c] = most / 127;
        for (size_t i = 0; i < k; i++) {
            const int32_t q = (int32_t)rintf(w[i] * inverse);
            target->words[place(c, i / 4, steps)] |= ((uint32_t)q & 255) << 8 * (i % 4);
            target->starts[c] -= 128 * q;
        }
    }
}
