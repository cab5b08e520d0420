// The C++ wrapper: exceptions or codes, moves, blocks, and two networks in one program.
#include "check.h"
#include "cloud.hpp"
#include "pdr.hpp"

int main() {
    pdr::Solver solver;
    CHECK(solver.parameter("g0") == 1);
    solver.set_parameter("g0", 2);
    solver.set_option(PDR_OPTION_MAX_STEPS, 1000);
    try {
        solver.set_parameter("go", 2);
        CHECK(false);
    } catch (const pdr::Error &error) {
        CHECK(error.code() == PDR_ERROR_NAME && std::string(error.what()).find("g0") != std::string::npos);
    }
    try {
        pdr::Solver broken(7.0);
        CHECK(false);
    } catch (const std::runtime_error &error) {
        CHECK(std::string(error.what()).find("rtol is 7e0") == 0);
    }
    pdr::Solver moved(std::move(solver));
    CHECK(solver.get() == nullptr && moved.parameter("g0") == 2);
    solver = std::move(moved);
    CHECK(solver.parameter("g0") == 2);

    std::vector<double> n(PDR, PDR + pdr::species_count), t{100};
    CHECK(solver.step(1, n.data(), t.data(), YEAR) == 0);
    CHECK(solver.try_step(1, n.data(), nullptr, YEAR) == PDR_ERROR_NULL);
    // An empty vector's data may be NULL.
    std::vector<double> none;
    CHECK(solver.step(0, none.data(), none.data(), YEAR) == 0);

    std::vector<float> f(n.begin(), n.end());
    double dt = YEAR;
    pdr::Block block = pdr::block(1);
    block.densities = pdr::array(f.data(), pdr::species_count);
    block.thermal = pdr::array(t.data());
    block.dt = pdr::one_for_all(dt);
    CHECK(solver.advance(block) == 0);
    const std::vector<double> rates = solver.evaluate(block, PDR_QUANTITY_RATES);
    CHECK(rates.size() == PDR_REACTION_COUNT && rates[0] > 0);
    // Each cell its own environment, here one.
    double uv = 1e-6, wrong = -1;
    std::vector<pdr::Environment> environment{{"euv_1", pdr::one_for_all(uv)}, {"g0", pdr::one_for_all(uv)}};
    pdr::set_environment(block, environment);
    CHECK(solver.evaluate(block, PDR_QUANTITY_ABSORPTION).size() == PDR_BAND_COUNT && PDR_BAND_COUNT == 2);
    CHECK(solver.advance(block) == 0);
    environment[0].values = pdr::one_for_all(wrong);
    CHECK(solver.try_advance(block) == PDR_ERROR_VALUE);
    block.species = 1;
    CHECK(solver.try_advance(block) == PDR_ERROR_SPECIES);

    const cloud::Solver other(1e-4, 1e-20, 2);
    std::vector<double> m(CLOUD, CLOUD + cloud::species_count), u{1000};
    CHECK(other.step(1, m.data(), u.data(), YEAR) == 0 && u[0] != 1000);
    return 0;
}
