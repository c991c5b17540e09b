// Rows of the types whose weights have a scale per group of 32 inputs: int8, with a scale per group too, so that one large number
// coarsens only its group. types.h includes it once per instruction set, after int8.h.

/// Inputs that share a scale, as in GGUF files.
enum { GROUP_INPUTS = 32, GROUP_WORDS = GROUP_INPUTS / 4 };

/// Bytes between what few rows read and what they prefetch: at 4096, one core of an Emerald Rapids reads 1.5 times as fast as without.
enum { GROUP_AHEAD = 4096 };

// Rows and vectors of columns of a tile: the sums take two registers each, in float32 and in integers.
#if LANES == 16
enum { GROUP_VECTORS = 2, GROUP_WIDE = 4 };
#define GROUP_ROWS 6
#else
enum { GROUP_VECTORS = 1, GROUP_WIDE = 2 };
#define GROUP_ROWS 4
#endif

/// Bytes of a group of a panel, of the type that defines HEAD and WORD_ROWS (groupdots.h).
#define PANEL_GROUP (CK_PANEL * (2 * HEAD + 4 * WORD_ROWS))

/// A group of a row. A number is scale * byte.
typedef struct group {
    uint32_t words[GROUP_WORDS];
    /// `sum` is that of the group's numbers; `start` is -128 times that of its bytes.
    float scale, sum;
    int32_t start, unused;
} group;

/// Groups for k inputs; the last one is padded with zeros.
static inline size_t group_count(size_t k) { return (k + GROUP_INPUTS - 1) / GROUP_INPUTS; }

static size_t group_row_bytes(size_t k) { return group_count(k) * sizeof(group); }

/// Rounds x[32] to -127...127.
INLINE void take_group(const float *x, group *to) {
    ivec most = all_words(0), total = all_words(0);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < GROUP_INPUTS; i += LANES) {
        // Magnitudes compare like their bits.
        const ivec bits = (ivec)magnitude(load(x + i)), is_more = bits > most;
        most = (bits & is_more) | (most & ~is_more);
    }
    const int32_t top = __builtin_reduce_max(most);
    float largest;
    memcpy(&largest, &top, sizeof largest);
    const float inverse = largest > LEAST ? 127 / largest : 0;
#pragma clang loop unroll(full)
    for (size_t i = 0; i < GROUP_INPUTS; i += LANES) {
        const ivec q = (ivec)(load(x + i) * inverse + round_bias) - (ivec)all(round_bias);
        total += q;
        *(bytes *)((uint8_t *)to->words + i) = __builtin_convertvector(q, bytes);
    }
    const int32_t sum = __builtin_reduce_add(total);
    to->scale = largest / 127;
    to->sum = (float)sum * to->scale;
    to->start = -128 * sum;
    to->unused = 0;
}

static void group_take(const float *x, void *rows, float *scales, size_t m, size_t k) {
    (void)scales;
    group *to = rows;
    for (size_t row = 0; row < m; row++, x += k)
        for (size_t i = 0; i < k; i += GROUP_INPUTS, to++) {
            if (k - i >= GROUP_INPUTS) {
                take_group(x + i, to);
            } else {
                float part[GROUP_INPUTS] = {0};
                memcpy(part, x + i, (k - i) * sizeof(float));
                take_group(part, to);
            }
        }
}

static void group_widen(const void *row, const float *scale, float *x, size_t k) {
    (void)scale;
    for (size_t i = 0; i < k; i++) {
        const group *from = (const group *)row + i / GROUP_INPUTS;
        x[i] = (float)((const int8_t *)from->words)[i % GROUP_INPUTS] * from->scale;
    }
}

// MARK: Products of bytes, of which the weights are unsigned and the rows are signed

#if defined(DOT_BYTES)
INLINE pair group_bytes(ivec w) { return (pair){w, w}; }
INLINE ivec group_dot(ivec s, pair w, uint32_t x) { return DOT_BYTES(s, all_words(x), w.even); }
#else
INLINE pair group_bytes(ivec w) { return (pair){w & 0x00ff00ff, w >> 8 & 0x00ff00ff}; }
INLINE ivec group_dot(ivec s, pair w, uint32_t x) {
    const pair numbers = int8_weights(all_words(x));
    return s + MULTIPLY_PAIRS(w.even, numbers.even) + MULTIPLY_PAIRS(w.odd, numbers.odd);
}
#endif

// MARK: Binary16 scales of weights

INLINE float half_value(uint16_t half) {
    float x;
    ck_half_to_float(&half, &x, 1);
    return x;
}

/// The nearest binary16, ties to even; of numbers above all of them, the largest.
static uint16_t nearest_half(float x) {
    const float size = fminf(fabsf(x), 65504.0f);
    const uint16_t sign = x < 0 ? 0x8000 : 0;
    // Below 2^-14 the spacing is fixed at 2^-24: adding 2^-1 leaves that in a float32's last bit.
    uint32_t bits;
    const float shifted = size + 0.5f;
    memcpy(&bits, size < 0x1p-14f ? &shifted : &size, sizeof bits);
    if (size < 0x1p-14f) return sign | (uint16_t)(bits - 0x3f000000);
    return sign | (uint16_t)((bits + 0xfff + (bits >> 13 & 1)) >> 13) - (112 << 10);
}

/// Where in packed weights is the group of inputs from i on, of the panel of output c. A panel's group has `bytes`.
INLINE uint8_t *group_at(const void *packed, size_t c, size_t i, size_t k, size_t bytes) {
    return (uint8_t *)packed + (c / CK_PANEL * group_count(k) + i / GROUP_INPUTS) * bytes;
}
/// The same for output c of the binary16 vector, or of the vector of words, at `offset` of a group.
INLINE uint16_t *half_of(uint8_t *group, size_t vector, size_t c) { return (uint16_t *)group + vector * CK_PANEL + c % CK_PANEL; }
