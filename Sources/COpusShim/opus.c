#include "COpusShim.h"

int shim_opus_encoder_set(OpusEncoder *encoder, int32_t bits_per_second, int32_t complexity, int32_t bits_per_sample) {
    int rc = opus_encoder_ctl(encoder, OPUS_SET_BITRATE(bits_per_second));
    if (rc == OPUS_OK) rc = opus_encoder_ctl(encoder, OPUS_SET_COMPLEXITY(complexity));
    return rc != OPUS_OK ? rc : opus_encoder_ctl(encoder, OPUS_SET_LSB_DEPTH(bits_per_sample));
}
