// The number types of weights, rows and cached rows. Included by body.h, once per instruction set.
//
// To add a type: a header like these, ending with its table entry, and two lines here. Swift finds it by name (Precision.swift).

#include "words.h"
#include "softmax.h"

#include "f32.h"
#include "bf16.h"
#include "int8.h"
#include "groups.h"
#include "int8g.h"
#include "int4g.h"
#undef LEAST

static const ck_type *const types[] = {
    &f32_type,
    &bf16_type,
    &int8_type,
    &int8g_type,
    &int4g_type,
    NULL,
};
