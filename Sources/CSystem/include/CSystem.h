// What Glibc's module leaves out of the system.
#ifndef CSYSTEM_H
#define CSYSTEM_H
#include <sys/epoll.h>
#include <sys/socket.h>

/// The calling thread, and those that it starts from now on, run on these cores alone. Not 0 when the system does not let it.
int shim_run_on_cores(int first, int count);
int shim_name_this_thread(const char *name);
/// A connection that waits, its socket not blocking. Less than 0 as accept4(2) has it.
int shim_accept(int listener, struct sockaddr *address, socklen_t *length);
/// A descriptor that is readable every so many milliseconds. Less than 0 where there is none.
int shim_ticking_timer(int milliseconds);
#endif
