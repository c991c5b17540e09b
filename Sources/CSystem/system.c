#define _GNU_SOURCE
#include "CSystem.h"
#include <pthread.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

int shim_run_on_cores(int first, int count) {
    cpu_set_t cores;
    CPU_ZERO(&cores);
    for (int i = first; i < first + count; i++) CPU_SET(i, &cores);
    return sched_setaffinity(0, sizeof cores, &cores);
}

int shim_name_this_thread(const char *name) { return pthread_setname_np(pthread_self(), name); }

int shim_accept(int listener, struct sockaddr *address, socklen_t *length) {
    return accept4(listener, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int shim_ticking_timer(int milliseconds) {
    struct timespec every = {milliseconds / 1000, milliseconds % 1000 * 1000000L};
    struct itimerspec time = {every, every};
    int timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (timer < 0 || timerfd_settime(timer, 0, &time, NULL) == 0) return timer;
    close(timer);
    return -1;
}
