// The kernels for any CPU: vectors of four floats.
#define LANES 4
#define VECTORS 2
#define KERNELS ck_portable
#include "body.h"
