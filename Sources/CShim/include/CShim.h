// What Swift cannot import: variadic functions, computed macros, and what Glibc's module leaves out.
#ifndef CSHIM_H
#define CSHIM_H
#include <opus/opus.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/socket.h>

int shim_opus_encoder_set(OpusEncoder *encoder, int32_t bits_per_second, int32_t complexity, int32_t bits_per_sample);
/// The calling thread, and those that it starts from now on, run on these cores alone. Not 0 when the system does not let it.
int shim_run_on_cores(int first, int count);
/// Bytes that libwebsockets needs in front of what is written.
size_t shim_lws_pre(void);
int shim_name_this_thread(const char *name);
/// The 20 bytes of a SHA-1 (RFC 3174).
void shim_sha1(const uint8_t *bytes, size_t count, uint8_t *digest);
/// A connection that waits, its socket not blocking. Less than 0 as accept4(2) has it.
int shim_accept(int listener, struct sockaddr *address, socklen_t *length);
/// A descriptor that is readable every so many milliseconds. Less than 0 where there is none.
int shim_ticking_timer(int milliseconds);
#endif
