// Convolutions in bfloat16 by tiles (Intel AMX): 16 rows of 32 numbers times 32 rows of 16 columns. Included by bf16.h.

/// palette 1 of LDTILECFG.
typedef struct tile_shape {
    uint8_t palette, start, reserved[14];
    uint16_t bytes[16];
    uint8_t rows[16];
} tile_shape;

/// Tiles 0 to 3 hold sums, of which 2 and 3 belong to the lower rows; 4 and 5 rows; 6 and 7 weights.
static void tiles_configure(size_t upper, size_t lower) {
    tile_shape shape = {.palette = 1};
    for (size_t i = 0; i < 8; i++) {
        shape.bytes[i] = 64;
        shape.rows[i] = (uint8_t)(i > 5 ? 16 : i == 4 || i < 2 ? upper : lower ? lower : 1);
    }
    _tile_loadconfig(&shape);
}

/// Sums of up to 32 rows and of 32 columns to s[32, 32].
INLINE void tiles_sum(const bool has_lower, const ck_convolution *c, size_t row, size_t column, float *s) {
    const size_t bytes = bf16_filter_row_bytes(c->inputs), blocks = bytes / 64;
    const char *x = (const char *)c->rows + row * bytes;
    const char *w = (const char *)c->packed + column * c->taps * bytes;
    _tile_zero(0);
    _tile_zero(1);
    if (has_lower) {
        _tile_zero(2);
        _tile_zero(3);
    }
    for (size_t k = 0; k < c->taps; k++, x += c->dilation * bytes)
        for (size_t b = 0; b < blocks; b++, w += 16 * CONV * 4) {
            _tile_loadd(6, w, CONV * 4);
            _tile_loadd(7, w + 64, CONV * 4);
            _tile_loadd(4, x + 64 * b, bytes);
            _tile_dpbf16ps(0, 4, 6);
            _tile_dpbf16ps(1, 4, 7);
            if (!has_lower) continue;
            _tile_loadd(5, x + 64 * b + 16 * bytes, bytes);
            _tile_dpbf16ps(2, 5, 6);
            _tile_dpbf16ps(3, 5, 7);
        }
    _tile_stored(0, s, CONV * 4);
    _tile_stored(1, s + 16, CONV * 4);
    if (!has_lower) return;
    _tile_stored(2, s + 16 * CONV, CONV * 4);
    _tile_stored(3, s + 16 * CONV + 16, CONV * 4);
}

/// Bias and residual for `count` rows, and the sums to y.
INLINE void tiles_finish(const ck_convolution *c, size_t row, size_t column, size_t count, const float *s) {
    for (size_t half = 0; half < 2; half++, column += LANES, s += LANES) {
        if (column >= c->outputs) return;
        const size_t left = c->outputs - column;
        const __mmask16 mask = left >= LANES ? 0xffff : (__mmask16)((1u << left) - 1);
        const __m512 bias = c->bias ? _mm512_maskz_loadu_ps(mask, c->bias + column) : _mm512_setzero_ps();
        for (size_t r = 0; r < count; r++) {
            const size_t at = (row + r) * c->outputs + column;
            __m512 y = _mm512_add_ps(_mm512_loadu_ps(s + r * CONV), bias);
            if (c->residual) y = _mm512_add_ps(y, _mm512_maskz_loadu_ps(mask, c->residual + at));
            _mm512_mask_storeu_ps(c->y + at, mask, y);
        }
    }
}

static void tiles_convolve(const ck_convolution *c) {
    float s[32 * CONV] __attribute__((aligned(64)));
    const size_t whole = c->count / 32 * 32, rest = c->count - whole;
    if (whole > 0) {
        tiles_configure(16, 16);
        for (size_t column = 0; column < c->outputs; column += CONV)
            for (size_t row = 0; row < whole; row += 32) {
                tiles_sum(true, c, row, column, s);
                tiles_finish(c, row, column, 32, s);
            }
    }
    if (rest > 0) {
        tiles_configure(rest < 16 ? rest : 16, rest > 16 ? rest - 16 : 0);
        for (size_t column = 0; column < c->outputs; column += CONV) {
            if (rest > 16) tiles_sum(true, c, whole, column, s);
            else tiles_sum(false, c, whole, column, s);
            tiles_finish(c, whole, column, rest, s);
        }
    }
    _tile_release();
}
