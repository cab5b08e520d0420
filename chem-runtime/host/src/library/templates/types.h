
#ifdef __cplusplus
extern "C" {
#endif

/* A solver with its parameters and threads: what a host holds between its steps. There is no other state. Several threads
   may use one at the same time. */
typedef struct @p@_solver @p@_solver;

/* An array with a number for each cell. */
typedef struct @p@_array {
    void *data;          /* the number of the first cell; NULL: not given */
    ptrdiff_t stride[3]; /* numbers from a cell to the next along each axis; all 0: one number for all cells */
    int32_t kind;        /* @P@_KIND_FLOAT64, @P@_KIND_FLOAT32 */
    int32_t reserved;    /* 0 */
} @p@_array;

/* A parameter with a value for each cell. */
typedef struct @p@_environment {
    const char *name;
    @p@_array values; /* not given: the value that the solver has */
} @p@_environment;

/* Cells, where they lie, and what is to become of them. Begin with @p@_block_init(), which sets what is not given. */
typedef struct @p@_block {
    size_t size;              /* of this structure */
    size_t species;           /* @P@_SPECIES_COUNT of the host */
    size_t cells[3];          /* along each axis; 1 where the host has fewer axes */
    @p@_array densities;      /* of species 0 in each cell */
    ptrdiff_t species_stride; /* numbers from a species to the next */
    @p@_array thermal;        /* T [K] or internal energy */
    @p@_array dt;             /* time steps [s] */
    @p@_array added;          /* takes what the floor added in each cell [cm^-3]; or not given */
    int32_t *status;          /* takes @P@_STATUS_..., contiguous, the first axis fastest; or NULL */
    uint32_t *steps;          /* takes the solver's steps of each cell, in the same order; or NULL */
    int32_t density_unit;     /* @P@_DENSITY_NUMBER, @P@_DENSITY_MASS */
    int32_t thermal_unit;     /* @P@_THERMAL_... */
    uint32_t flags;           /* @P@_FLAG_NEUTRAL or 0 */
    uint32_t reserved;        /* 0 */
    double start;             /* time at the start [s], for rates that depend on it */
    double floor;             /* densities below it [cm^-3] are raised to it... */
    double tolerated;         /* ...negative ones down to -tolerated times the sum of all others, as advection leaves them */
    double total_added;       /* result: what the floor added in all cells [cm^-3, added up] */
    const @p@_environment *environment; /* parameters with a value for each cell, or NULL */
    size_t environments;      /* their number */
} @p@_block;
@emulator@
