/* One cell by CVODE: BDF, dense linear solver, the network's own Jacobian. In C, because the signatures of SUNDIALS
   change with its version. */
#include <cvode/cvode.h>
#include <nvector/nvector_serial.h>
#include <stdlib.h>
#include <sundials/sundials_config.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunmatrix/sunmatrix_dense.h>

#if SUNDIALS_VERSION_MAJOR < 6
#error "CVODE of SUNDIALS 6 or later is needed (Debian 12: libsundials-dev)"
#endif

typedef void (*rhs_function)(void *network, double t, const double *y, double *dydt);
/* Column after column. */
typedef void (*jacobian_function)(void *network, double t, const double *y, double *dense);

typedef struct {
    void *network;
    rhs_function rhs;
    jacobian_function jacobian;
    SUNContext context;
    N_Vector y;
    SUNMatrix matrix;
    SUNLinearSolver linear;
    void *cvode;
} chem_cvode;

static int rhs(realtype t, N_Vector y, N_Vector dydt, void *data) {
    chem_cvode *self = data;
    self->rhs(self->network, t, N_VGetArrayPointer(y), N_VGetArrayPointer(dydt));
    return 0;
}

static int jacobian(realtype t, N_Vector y, N_Vector fy, SUNMatrix matrix, void *data, N_Vector a, N_Vector b, N_Vector c) {
    (void)fy, (void)a, (void)b, (void)c;
    chem_cvode *self = data;
    self->jacobian(self->network, t, N_VGetArrayPointer(y), SUNDenseMatrix_Data(matrix));
    return 0;
}

static void silent(int code, const char *module, const char *function, char *message, void *data) {
    (void)code, (void)module, (void)function, (void)message, (void)data;
}

void chem_cvode_free(chem_cvode *self) {
    if (self->cvode) CVodeFree(&self->cvode);
    if (self->linear) SUNLinSolFree(self->linear);
    if (self->matrix) SUNMatDestroy(self->matrix);
    if (self->y) N_VDestroy(self->y);
    if (self->context) SUNContext_Free(&self->context);
    free(self);
}

/* NULL on failure. */
chem_cvode *chem_cvode_new(size_t n, void *network, rhs_function f, jacobian_function j, double rtol, double atol) {
    chem_cvode *self = calloc(1, sizeof *self);
    if (!self) return NULL;
    self->network = network;
    self->rhs = f;
    self->jacobian = j;
#if SUNDIALS_VERSION_MAJOR >= 7
    int failed = SUNContext_Create(SUN_COMM_NULL, &self->context);
#else
    int failed = SUNContext_Create(NULL, &self->context);
#endif
    if (!failed) {
        self->y = N_VNew_Serial((sunindextype)n, self->context);
        self->matrix = SUNDenseMatrix((sunindextype)n, (sunindextype)n, self->context);
        self->linear = SUNLinSol_Dense(self->y, self->matrix, self->context);
        self->cvode = CVodeCreate(CV_BDF, self->context);
        failed = !self->y || !self->matrix || !self->linear || !self->cvode;
    }
    if (!failed) N_VConst(1.0, self->y);
    if (failed || CVodeInit(self->cvode, rhs, 0.0, self->y) || CVodeSStolerances(self->cvode, rtol, atol) ||
        CVodeSetUserData(self->cvode, self) || CVodeSetLinearSolver(self->cvode, self->linear, self->matrix) ||
        CVodeSetJacFn(self->cvode, jacobian) || CVodeSetMaxNumSteps(self->cvode, 100000)) {
        chem_cvode_free(self);
        return NULL;
    }
#if SUNDIALS_VERSION_MAJOR < 7
    CVodeSetErrHandlerFn(self->cvode, silent, NULL);
#else
    (void)silent;
    SUNContext_ClearErrHandlers(self->context);
#endif
    return self;
}

/* Advances `y` from 0 to `end`; 0 on success, what CVODE says otherwise. */
int chem_cvode_solve(chem_cvode *self, double *y, size_t n, double end, long *steps) {
    double *inner = N_VGetArrayPointer(self->y);
    for (size_t i = 0; i < n; i++) inner[i] = y[i];
    double t = 0.0;
    int flag = CVodeReInit(self->cvode, 0.0, self->y);
    if (!flag) flag = CVodeSetStopTime(self->cvode, end);
    if (!flag) flag = CVode(self->cvode, end, self->y, &t, CV_NORMAL);
    CVodeGetNumSteps(self->cvode, steps);
    if (flag < 0) return flag;
    for (size_t i = 0; i < n; i++) y[i] = inner[i];
    return 0;
}
