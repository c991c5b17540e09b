#define _GNU_SOURCE
#include "CShim.h"
#include <libwebsockets.h>
#include <pthread.h>

int shim_opus_encoder_set(OpusEncoder *encoder, int32_t bits_per_second, int32_t complexity) {
    int rc = opus_encoder_ctl(encoder, OPUS_SET_BITRATE(bits_per_second));
    return rc != OPUS_OK ? rc : opus_encoder_ctl(encoder, OPUS_SET_COMPLEXITY(complexity));
}

size_t shim_lws_pre(void) { return LWS_PRE; }

int shim_name_this_thread(const char *name) { return pthread_setname_np(pthread_self(), name); }
