#include "CWebSocketsShim.h"
#include <libwebsockets.h>

size_t shim_lws_pre(void) { return LWS_PRE; }
