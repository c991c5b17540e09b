// The types that weights, rows and cached rows are kept in. Included by body.h, once for each instruction set.
//
// Adding one is a header like these, which ends with its row, and two lines here. Swift finds it by its name (Precision.swift).

#include "words.h"
#include "softmax.h"

#include "f32.h"
#include "bf16.h"
#include "int8.h"

static const ck_type *const types[] = {
    &f32_type,
    &bf16_type,
    &int8_type,
    NULL,
};
