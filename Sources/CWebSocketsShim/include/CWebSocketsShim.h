// What Swift cannot import of libwebsockets: computed macros.
#ifndef CWEBSOCKETSSHIM_H
#define CWEBSOCKETSSHIM_H
#include <stddef.h>

/// Bytes that libwebsockets needs in front of what is written.
size_t shim_lws_pre(void);
#endif
