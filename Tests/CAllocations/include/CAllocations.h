// Counts this thread's allocations: a test program that links this has its malloc.
#ifndef CALLOCATIONS_H
#define CALLOCATIONS_H
#include <stdbool.h>
#include <stddef.h>

/// Calls of malloc, calloc, realloc, aligned_alloc and posix_memalign of the calling thread so far.
size_t allocation_count(void);
/// False under a sanitizer, which has a malloc of its own.
bool allocations_are_counted(void);
#endif
