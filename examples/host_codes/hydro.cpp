// A hydrodynamics code in small, in C++ with MPI: gas of 240 cells flows along a line with a wind, upwind, and chemistry acts in
// every step. Each rank has a solver of its own that works in the rank's thread. Prints a digest of all numbers: the same on
// any number of ranks.
#define OMPI_SKIP_MPICXX // the C interface of MPI is enough
#include <mpi.h>

#include <cmath>
#include <cstdio>
#include <cstring>
#include <vector>

#include "cloud.hpp"

namespace {

constexpr std::size_t cells_of_all = 240, ghost = 1, S = cloud::species_count, Q = S + 1;
constexpr double year = 3.1536e7;

// Q numbers for each cell: densities [cm^-3], then the internal energy [erg cm^-3].
struct Line {
    std::size_t first, count;
    std::vector<double> q;

    double *cell(std::size_t i) { return &q[Q * i]; } // 0 and count + 1 are ghost zones
};

cloud::Block block_of(Line &line, double &dt) {
    cloud::Block block = cloud::block(line.count);
    block.densities = cloud::array(line.cell(ghost), Q);
    block.thermal = cloud::array(line.cell(ghost) + S, Q);
    block.thermal_unit = CLOUD_THERMAL_ENERGY_PER_VOLUME;
    block.dt = cloud::one_for_all(dt);
    block.tolerated = 1e-10;
    return block;
}

// Densities and T of the beginning: from cold and dense to hot and thin.
void begin(Line &line, const cloud::Solver &solver) {
    const double state[S] = {1.02, 0.1, 62.41, 26.0, 10.4, 0.62, 0.26, 0.1, 0.07};
    for (std::size_t i = 1; i <= line.count; i++) {
        const double where = double(line.first + i - 1) / cells_of_all;
        for (std::size_t s = 0; s < S; s++) line.cell(i)[s] = state[s] * std::pow(10.0, 1 - 3 * where);
        line.cell(i)[S] = 20.0 * std::pow(5e4, where);
    }
    double none = 0;
    cloud::Block block = block_of(line, none);
    block.thermal_unit = CLOUD_THERMAL_TEMPERATURE;
    const std::vector<double> energy = solver.evaluate(block, CLOUD_QUANTITY_ENERGY_PER_VOLUME);
    for (std::size_t i = 0; i < line.count; i++) line.cell(i + 1)[S] = energy[i];
}

void exchange(Line &line, int rank, int ranks) {
    const int left = rank == 0 ? MPI_PROC_NULL : rank - 1, right = rank + 1 == ranks ? MPI_PROC_NULL : rank + 1;
    MPI_Sendrecv(line.cell(line.count), Q, MPI_DOUBLE, right, 0, line.cell(0), Q, MPI_DOUBLE, left, 0, MPI_COMM_WORLD,
                 MPI_STATUS_IGNORE);
    if (rank == 0) std::memcpy(line.cell(0), line.cell(1), Q * sizeof(double));
}

void flow(Line &line, double share) {
    for (std::size_t i = line.count; i >= 1; i--) {
        for (std::size_t k = 0; k < Q; k++) line.cell(i)[k] -= share * (line.cell(i)[k] - line.cell(i - 1)[k]);
    }
}

} // namespace

int main(int argc, char **argv) {
    MPI_Init(&argc, &argv);
    int rank = 0, ranks = 1, end = 0;
    MPI_Comm_rank(MPI_COMM_WORLD, &rank), MPI_Comm_size(MPI_COMM_WORLD, &ranks);
    try {
        const cloud::Solver solver(1e-3, 1e-20, 1);
        Line line{cells_of_all * rank / ranks, 0, {}};
        line.count = cells_of_all * (rank + 1) / ranks - line.first;
        line.q.assign(Q * (line.count + 2), 0.0);
        begin(line, solver);
        double dt = 2e3 * year;
        for (int step = 0; step < 20; step++) {
            exchange(line, rank, ranks);
            flow(line, 0.4);
            cloud::Block block = block_of(line, dt);
            if (solver.advance(block) != 0) throw std::runtime_error("cells were not advanced");
        }
        std::uint64_t digest = 0, sum = 0;
        for (std::size_t i = 1; i <= line.count; i++) {
            for (std::size_t k = 0; k < Q; k++) {
                std::uint64_t bits;
                std::memcpy(&bits, line.cell(i) + k, sizeof bits);
                digest += (bits ^ (bits >> 29)) * (2 * ((line.first + i) * Q + k) + 1) * 0x9E3779B97F4A7C15u;
            }
        }
        MPI_Reduce(&digest, &sum, 1, MPI_UINT64_T, MPI_SUM, 0, MPI_COMM_WORLD);
        if (rank == 0) std::printf("hydro.cpp: 20 steps of 240 cells, digest %016llx\n", static_cast<unsigned long long>(sum));
    } catch (const std::exception &error) {
        std::fprintf(stderr, "rank %d: %s\n", rank, error.what());
        end = 1;
        MPI_Abort(MPI_COMM_WORLD, 1);
    }
    MPI_Finalize();
    return end;
}
