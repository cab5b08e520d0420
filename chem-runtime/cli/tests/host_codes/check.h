/* Checks of the programs in this folder. */
#ifndef CHECK_H
#define CHECK_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                              \
    do {                                                                              \
        if (!(condition)) {                                                           \
            fprintf(stderr, "%s:%d: %s does not hold\n", __FILE__, __LINE__, #condition); \
            exit(1);                                                                  \
        }                                                                             \
    } while (0)

#define YEAR 3.1536e7

/* A cell of pdr.net: e- H H2 H+ He He+ C C+ O CO. */
static const double PDR[10] = {0.014, 85, 5, 0, 10, 0, 0, 0.014, 0.03, 0};
/* A cell of molecular.net: e- H- H He H2 H+ He+ H2+ He++. */
static const double CLOUD[9] = {1.02, 0.1, 62.41, 26.0, 10.4, 0.62, 0.26, 0.1, 0.07};

#endif
