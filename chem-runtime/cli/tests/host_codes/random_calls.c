/* Calls with arguments that are drawn at random, most of them broken: none may end the program, and none may read or write
   outside of the arrays. random_calls COUNT SEED; prints how many cells were advanced and how many calls were refused. */
#include <stdint.h>

#include "check.h"
#include "pdr.h"

#define S PDR_SPECIES_COUNT
#define MOST 40

static uint64_t state;

static uint64_t draw(void) {
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return state;
}

static size_t below(size_t count) { return (size_t)(draw() % count); }
static int rarely(void) { return below(12) == 0; }

static double number(void) {
    static const double odd[] = {0, -0.0, -1, NAN, INFINITY, -INFINITY, 5e-324, -5e-324, 1e300, 1e-300, -1e-30, 1e100, 1e101};
    return rarely() ? odd[below(sizeof odd / sizeof *odd)] : pow(10, (double)below(16) - 10);
}

/* Memory that ends exactly where the arrays of a call end, so that valgrind sees the first step beyond, with a mark
   before and behind for when it does not look. */
static const unsigned char MARK = 0xA5;

typedef struct { unsigned char *all; size_t bytes; } memory;

static memory make(size_t bytes) {
    memory made = {malloc(bytes + 32), bytes};
    CHECK(made.all);
    memset(made.all, MARK, 16), memset(made.all + 16 + bytes, MARK, 16);
    return made;
}

static void *numbers(memory made) { return made.all + 16; }

static void check_and_free(memory made) {
    for (int i = 0; i < 16; i++) CHECK(made.all[i] == MARK && made.all[16 + made.bytes + i] == MARK);
    free(made.all);
}

static pdr_solver *solver;
static int64_t advanced, refused;

static void count(int64_t result, int64_t cells) {
    if (result < 0) {
        refused++;
        CHECK(pdr_error_text(result) && *pdr_last_error());
        CHECK(result != PDR_ERROR_FAULT);
    } else {
        CHECK(result <= cells);
        advanced += cells - result;
    }
}

static double time_step(void) { return rarely() ? number() : 1e6 * (double)below(100); }

static void fill(double *values, size_t count, int is_thermal) {
    for (size_t i = 0; i < count; i++) values[i] = rarely() ? number() : is_thermal ? 10.0 + below(100000) : number() * 1e-3;
}

static void call_step(void) {
    size_t cells = below(MOST), species = rarely() ? below(20) : S;
    memory n = make(8 * S * cells), t = make(8 * cells), status = make(4 * cells);
    fill(numbers(n), S * cells, 0), fill(numbers(t), cells, 1);
    size_t asked = rarely() ? (draw() | (uint64_t)1 << 60) : cells;
    int32_t layout = rarely() ? (int32_t)draw() : (int32_t)below(2);
    void *shifted = rarely() ? (char *)numbers(n) + 1 + below(7) : numbers(n);
    count(pdr_step(rarely() ? NULL : solver, species, asked, rarely() ? NULL : shifted, rarely() ? NULL : numbers(t), layout,
                   time_step(), rarely() ? NULL : numbers(status)), (int64_t)cells);
    check_and_free(n), check_and_free(t), check_and_free(status);
}

/* An array over x * y * z cells with items for each, in any order of the axes, with gaps, of either kind. */
static pdr_array place(memory *made, size_t x, size_t y, size_t z, size_t items, ptrdiff_t *item_stride, int is_thermal) {
    size_t counts[4] = {x, y, z, items}, order[4] = {0, 1, 2, 3}, reach = 1;
    ptrdiff_t strides[4] = {0, 0, 0, 0};
    for (int i = 3; i > 0; i--) {
        size_t j = below((size_t)i + 1), other = order[i];
        order[i] = order[j], order[j] = other;
    }
    for (int i = 0; i < 4; i++) {
        reach += below(3);
        strides[order[i]] = (ptrdiff_t)reach;
        reach *= counts[order[i]];
    }
    size_t last = 0;
    for (int i = 0; i < 4; i++) last += counts[i] ? (size_t)strides[i] * (counts[i] - 1) : 0;
    size_t total = x * y * z * items > 0 ? last + 1 : 0;
    int is_short = below(4) == 0;
    *made = make(total * (is_short ? 4 : 8));
    for (size_t i = 0; i < total; i++) {
        double value;
        fill(&value, 1, is_thermal);
        if (is_short) ((float *)numbers(*made))[i] = (float)value; else ((double *)numbers(*made))[i] = value;
    }
    pdr_array array = pdr_array_of(numbers(*made), strides[0], strides[1], strides[2]);
    array.kind = is_short ? PDR_KIND_FLOAT32 : PDR_KIND_FLOAT64;
    if (item_stride) *item_stride = strides[3];
    /* Strides that would leave the array are the caller's promise; those that cannot be are not. */
    if (rarely()) array.kind = (int32_t)draw() | 2;
    if (rarely()) array.data = NULL;
    if (rarely()) array.stride[0] = array.stride[1] = array.stride[2] = PTRDIFF_MAX / 4 + (ptrdiff_t)below(1000);
    return array;
}

static void call_block(void) {
    size_t x = below(6), y = 1 + below(3), z = 1 + below(3), cells = x * y * z;
    static const char *const names[] = {"g0", "av", "zeta_cr", "metallicity", "xyz", "euv_2", "photoelectric"};
    pdr_environment environment[3];
    memory n, t, dt, added, fields[3], status = make(4 * cells), steps = make(4 * cells);
    pdr_block block = pdr_block_init(x, y, z);
    block.densities = place(&n, x, y, z, S, &block.species_stride, 0);
    block.thermal = place(&t, x, y, z, 1, NULL, 1);
    block.dt = place(&dt, x, y, z, 1, NULL, 1);
    block.added = place(&added, x, y, z, 1, NULL, 1);
    if (below(2)) block.added.data = NULL;
    if (rarely()) block.dt.stride[0] = block.dt.stride[1] = block.dt.stride[2] = 0;
    if (below(2)) block.status = numbers(status);
    if (below(2)) block.steps = numbers(steps);
    if (rarely()) block.status = (int32_t *)((char *)numbers(status) + 1);
    if (rarely()) block.cells[below(3)] = draw() | (uint64_t)1 << 62;
    if (rarely()) block.size = below(1000);
    if (rarely()) block.species = below(20);
    if (rarely()) block.flags = (uint32_t)below(4);
    for (int i = 0; i < 3; i++) {
        environment[i].values = place(&fields[i], x, y, z, 1, NULL, 1);
        environment[i].name = rarely() ? NULL : names[rarely() ? below(7) : (size_t)i];
    }
    if (below(2)) block.environments = 1 + below(3), block.environment = rarely() ? NULL : environment;
    block.density_unit = rarely() ? (int32_t)draw() : (int32_t)below(2);
    block.thermal_unit = rarely() ? (int32_t)draw() : (int32_t)below(3);
    if (below(3) == 0) block.tolerated = rarely() ? number() : 1e-3;
    if (below(3) == 0) block.floor = rarely() ? number() : 1e-20;
    if (rarely()) block.start = number();
    if (below(10) == 0) {
        count(pdr_equilibrium(solver, &block, rarely() ? number() : 0.1), (int64_t)cells);
    } else if (below(2)) {
        count(pdr_advance(rarely() ? NULL : solver, rarely() ? NULL : &block), (int64_t)cells);
    } else {
        int32_t quantity = rarely() ? (int32_t)draw() : (int32_t)below(18);
        int64_t items = pdr_quantity_size(quantity);
        memory out = make(items > 0 ? 8 * (size_t)items * cells : 8);
        size_t room = rarely() ? below(10) : out.bytes / 8;
        int64_t result = pdr_evaluate(solver, &block, quantity, rarely() ? NULL : numbers(out), room);
        count(result, (int64_t)cells);
        check_and_free(out);
    }
    for (int i = 0; i < 3; i++) check_and_free(fields[i]);
    check_and_free(n), check_and_free(t), check_and_free(dt), check_and_free(added), check_and_free(status), check_and_free(steps);
}

static void call_others(void) {
    static const char *const names[] = {"g0", "av", "zeta_cr", "metallicity", "", "xyz", "H2", "photoelectric"};
    const char *name = rarely() ? NULL : names[below(8)];
    double value = number();
    switch (below(rarely() ? 9 : 7)) {
    case 0: pdr_get_parameter(rarely() ? NULL : solver, name, rarely() ? NULL : &value); break;
    case 1: pdr_set_option(solver, (int32_t)below(5) - 1, number()), pdr_set_option(solver, 0, 2000), pdr_set_option(solver, 1, 0); break;
    case 2: pdr_index((int32_t)below(9) - 1, name), pdr_name((int32_t)draw(), draw()), pdr_count((int32_t)draw()); break;
    case 3: pdr_mass(draw()), pdr_charge(draw()), pdr_nuclei(draw(), draw()), pdr_nuclei(below(12), below(6)); break;
    case 4: pdr_parameter_unit(below(9)), pdr_parameter_default(draw()), pdr_parameter_kind(draw()), pdr_parameter_scope(below(9)); break;
    case 5: pdr_status_text((int32_t)draw()), pdr_error_text((int64_t)draw()), pdr_quantity_size((int32_t)draw()); break;
    case 6: pdr_free(NULL), pdr_band_edge(below(5), (int32_t)draw()), pdr_band_edge(draw(), 1); break;
    case 7: pdr_set_parameter(rarely() ? NULL : solver, name, value); break;
    default: {
        int64_t error = 0;
        pdr_solver *other = pdr_new(rarely() ? draw() : S, number(), number(), rarely() ? draw() : 1, &error);
        CHECK((other != NULL) == (error == 0));
        pdr_free(other);
    }
    }
}

int main(int argc, char **argv) {
    int64_t calls = argc > 1 ? atoll(argv[1]) : 1000;
    state = argc > 2 ? strtoull(argv[2], NULL, 10) : 0x9E3779B97F4A7C15u;
    solver = pdr_new(S, 1e-3, 1e-20, 1, NULL);
    CHECK(solver);
    pdr_set_option(solver, PDR_OPTION_MAX_STEPS, 2000), pdr_set_option(solver, PDR_OPTION_FALLBACK, 0);
    for (int64_t call = 0; call < calls; call++) {
        switch (below(4)) {
        case 0: call_step(); break;
        case 1: call_others(); break;
        default: call_block();
        }
    }
    printf("%lld calls, %lld refused, %lld cells advanced\n", (long long)calls, (long long)refused, (long long)advanced);
    CHECK(advanced > 0 && refused > 0);
    pdr_free(solver);
    return 0;
}
