/* The network `@network@` for host codes in C and C++. Made by `chem host`; made anew by it. */
#ifndef @P@_H
#define @P@_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
