// Words of 32 bits, in which every type stores its numbers: one, two or four per word. Included by body.h.

typedef uint8_t bytes __attribute__((vector_size(LANES), aligned(1), may_alias));
typedef uint16_t shorts __attribute__((vector_size(LANES * 2), aligned(2), may_alias));

/// The two halves of words, if no instruction takes whole words; otherwise `even` is the word.
typedef struct pair {
    ivec even, odd;
} pair;

INLINE ivec words(const uint32_t *p) { return *(const ivec *)p; }
INLINE ivec all_words(uint32_t x) { return (int32_t)x - (ivec){0}; }

/// Words for k inputs, `each` per word.
static inline size_t steps(size_t k, size_t each) { return (k + each - 1) / each; }
/// Columns, padded to whole panels.
static inline size_t padded(size_t n) { return (n + CK_PANEL - 1) / CK_PANEL * CK_PANEL; }
/// Index of the word of column c, step i, in panels [n / 64, steps, 64].
static inline size_t place(size_t c, size_t i, size_t steps) { return (c / CK_PANEL * steps + i) * CK_PANEL + c % CK_PANEL; }

/// Prefixes a function's name with its type's: T(dot) is int8_dot if TYPE is int8.
#define T(name) T_JOINED(TYPE, name)
#define T_JOINED(type, name) T_NAME(type, name)
#define T_NAME(type, name) type##_##name

// MARK: Products of words, dots.h

// Rows of a tile of VECTORS columns: as many as there are registers for sums.
#ifndef DOT_ROWS
#define DOT_ROWS 6
#endif
#define DOT_CASE(R) case R: T(tile)(R, 1, d, row, c, 0, ahead); break;

/// A product of rows of words; see CKernels.h. A type without scales ignores row_scales, scales and starts.
typedef struct dots {
    const uint32_t *x, *weights;
    const float *row_scales, *scales, *bias;
    const int32_t *starts;
    float *y;
    size_t m, n, steps;
} dots;

// MARK: Limits, peak.h

/// Hides from the compiler that v does not change.
#if defined(__aarch64__)
#define OPAQUE(v) __asm__ volatile("" : "+w"(v))
#elif defined(__x86_64__)
#define OPAQUE(v) __asm__ volatile("" : "+v"(v))
#else
#define OPAQUE(v) (void)(v)
#endif
