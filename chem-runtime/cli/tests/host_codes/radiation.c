/* What a code for the transport of radiation asks and hands over: bands, absorption, switches, kinds of parameters. */
#include "check.h"
#include "pdr.h"

#define S PDR_SPECIES_COUNT
#define CELLS 7

static size_t place_of(int32_t list, const char *name) {
    int64_t index = pdr_index(list, name);
    CHECK(index >= 0);
    return (size_t)index;
}

/* Parameters by kind and by where they hold. */
static void kinds(void) {
    const size_t switched = place_of(PDR_LIST_PARAMETERS, "photoelectric"), band = place_of(PDR_LIST_PARAMETERS, "euv_2");
    CHECK(pdr_parameter_kind(place_of(PDR_LIST_PARAMETERS, "g0")) == PDR_PARAMETER_NUMBER);
    CHECK(pdr_parameter_kind(switched) == PDR_PARAMETER_SWITCH && pdr_parameter_kind(band) == PDR_PARAMETER_BAND);
    CHECK(pdr_parameter_scope(switched) == PDR_SCOPE_NETWORK && pdr_parameter_scope(band) == PDR_SCOPE_CELL);
    CHECK(pdr_parameter_kind(PDR_PARAMETER_COUNT) == -1 && pdr_parameter_scope(SIZE_MAX) == -1);
    CHECK(strcmp(pdr_parameter_unit(band), "cm^-3") == 0 && pdr_parameter_default(switched) == 1);
    CHECK(pdr_count(PDR_LIST_BANDS) == PDR_BAND_COUNT && PDR_BAND_COUNT == 2);
    CHECK(strcmp(pdr_name(PDR_LIST_BANDS, 0), "euv_1") == 0 && !pdr_name(PDR_LIST_BANDS, 2));
    CHECK(fabs(pdr_band_edge(1, 0) / 1.602176634e-12 - 24.59) < 1e-12 && pdr_band_edge(0, 1) == pdr_band_edge(1, 0));
    CHECK(isnan(pdr_band_edge(2, 0)));
}

/* A switch takes 1 and 0, and turns its term. */
static void switches(pdr_solver *solver, const pdr_block *block) {
    double heating[CELLS * PDR_HEATING_COUNT], off[CELLS * PDR_HEATING_COUNT];
    const size_t grains = place_of(PDR_LIST_HEATING_TERMS, "grains");
    CHECK(pdr_evaluate(solver, block, PDR_QUANTITY_EACH_HEATING, heating, CELLS * PDR_HEATING_COUNT) == 0);
    CHECK(pdr_set_parameter(solver, "photoelectric", 0.5) == PDR_ERROR_VALUE && strstr(pdr_last_error(), "on (1) or off (0)"));
    CHECK(pdr_set_parameter(solver, "photoelectric", 0) == 0);
    CHECK(pdr_evaluate(solver, block, PDR_QUANTITY_EACH_HEATING, off, CELLS * PDR_HEATING_COUNT) == 0);
    for (size_t i = 0; i < CELLS * PDR_HEATING_COUNT; i++) {
        if (i % PDR_HEATING_COUNT == grains) CHECK(heating[i] > 0 && off[i] == 0);
        else CHECK(heating[i] == off[i]);
    }
    CHECK(pdr_set_parameter(solver, "photoelectric", 1) == 0);
    CHECK(pdr_set_parameter(solver, "euv_1", -1) == PDR_ERROR_VALUE && strstr(pdr_last_error(), "not negative"));
}

/* Of each band: what the photo-reactions say is absorbed, over the flux. */
static void absorption(pdr_solver *solver, pdr_block *block) {
    static double bands[2][CELLS];
    const pdr_environment environment[2] = {{"euv_1", pdr_array_of(bands[0], 1, 0, 0)}, {"euv_2", pdr_array_of(bands[1], 1, 0, 0)}};
    const size_t reactions[2] = {place_of(PDR_LIST_REACTIONS, "h_pi"), place_of(PDR_LIST_REACTIONS, "he_pi")};
    double fluxes[CELLS * (PDR_REACTION_COUNT + PDR_PROCESS_COUNT)];
    double number[CELLS * PDR_BAND_COUNT], energy[CELLS * PDR_BAND_COUNT];
    block->environment = environment, block->environments = 2;
    CHECK(pdr_quantity_size(PDR_QUANTITY_ABSORPTION) == PDR_BAND_COUNT);
    CHECK(pdr_evaluate(solver, block, PDR_QUANTITY_ABSORPTION, number, CELLS * PDR_BAND_COUNT) == 0);
    CHECK(pdr_evaluate(solver, block, PDR_QUANTITY_ENERGY_ABSORPTION, energy, CELLS * PDR_BAND_COUNT) == 0);
    for (int band = 0; band < 2; band++) {
        for (int cell = 0; cell < CELLS; cell++) bands[band][cell] = 1e-6 * (1 + cell), bands[1 - band][cell] = 0;
        CHECK(pdr_evaluate(solver, block, PDR_QUANTITY_FLUXES, fluxes, sizeof fluxes / sizeof *fluxes) == 0);
        for (int cell = 0; cell < CELLS; cell++) {
            const double *flux = fluxes + cell * (PDR_REACTION_COUNT + PDR_PROCESS_COUNT);
            const double expected = (flux[reactions[0]] + flux[reactions[1]]) / (2.99792458e10 * bands[band][cell]);
            const double found = number[cell * PDR_BAND_COUNT + band];
            CHECK(expected > 0 && fabs(found / expected - 1) < 1e-12);
            /* Cross sections fall with the energy, which counts more in an average by energy. */
            CHECK(energy[cell * PDR_BAND_COUNT + band] > 0 && (band == 1 || energy[cell * PDR_BAND_COUNT] < found));
        }
    }
    block->environment = NULL, block->environments = 0;
}

int main(void) {
    double n[CELLS * S], t[CELLS];
    for (int cell = 0; cell < CELLS; cell++) {
        t[cell] = 50 * (1 + cell);
        for (int s = 0; s < S; s++) n[S * cell + s] = PDR[s] * (1 + 0.1 * cell);
    }
    pdr_solver *solver = pdr_new(S, 1e-3, 1e-20, 1, NULL);
    CHECK(solver);
    pdr_block block = pdr_block_init(CELLS, 1, 1);
    block.densities = pdr_array_of(n, S, 0, 0), block.thermal = pdr_array_of(t, 1, 0, 0);
    kinds();
    switches(solver, &block);
    absorption(solver, &block);
    pdr_free(solver);
    return 0;
}
