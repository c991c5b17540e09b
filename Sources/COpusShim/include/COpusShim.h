// What Swift cannot import of libopus: variadic functions.
#ifndef COPUSSHIM_H
#define COPUSSHIM_H
#include <opus/opus.h>
#include <stdint.h>

int shim_opus_encoder_set(OpusEncoder *encoder, int32_t bits_per_second, int32_t complexity, int32_t bits_per_sample);
#endif
