
/* A trained network with a solver behind it. Several threads may use one at the same time. */
typedef struct @p@_emulator @p@_emulator;
