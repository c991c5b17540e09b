// Counts this thread's allocations: a test program that links this has its malloc.
#ifndef CALLOCATIONS_H
#define CALLOCATIONS_H
#include <stddef.h>

/// Calls of malloc, calloc, realloc, aligned_alloc and posix_memalign of the calling thread so far.
size_t allocation_count(void);
#endif
