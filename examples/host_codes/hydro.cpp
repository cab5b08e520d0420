// Hydrodynamics in small, in C++ with MPI: a shock tube of 1200 cells over 10 pc, dense cold gas on the left, thin warm gas on the
// right, with chemistry, heating and cooling in every step. Rusanov's fluxes, first order. Each rank has a solver of its own
// that works in the rank's thread, and the ranks share the tube anew after each step by what the cells cost. Prints a digest of all
// numbers, the same on any number of ranks; and on the standard error how even the chemistry's CPU time is over the ranks.
#define OMPI_SKIP_MPICXX // the C interface of MPI is enough
#include <mpi.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <vector>

#include "cloud.hpp"

namespace {

constexpr std::size_t all_cells = 1200, S = cloud::species_count;
constexpr int steps = 200;
constexpr double dx = 3.0857e19 / all_cells, adiabatic = 5.0 / 3.0;

// Densities of number, momentum and internal energy lie together: the chemistry finds its own by strides.
struct Cell {
    double n[S];     // [cm^-3]
    double momentum; // [g cm^-2 s^-1]
    double energy;   // [erg cm^-3]: all of it in the hydrodynamics, internal alone in the chemistry
};
constexpr std::size_t Q = sizeof(Cell) / sizeof(double);
using Numbers = std::array<double, Q>;

Numbers numbers(const Cell &cell) {
    Numbers q;
    std::memcpy(q.data(), &cell, sizeof cell);
    return q;
}

double density(const Cell &cell) {
    double sum = 0;
    for (std::size_t s = 0; s < S; s++) sum += cell.n[s] * cloud_mass(s);
    return sum;
}

double kinetic(const Cell &cell) { return 0.5 * cell.momentum * cell.momentum / density(cell); }

struct Tube {
    int rank = 0, ranks = 1;
    std::vector<std::size_t> cuts; // rank r has the cells from cuts[r] up to cuts[r + 1]
    std::size_t first = 0, count = 0;
    std::vector<Cell> cells; // with a ghost zone at each end
    std::vector<std::uint32_t> steps; // of the solver, in each cell
    double chemistry = 0, work = 0;   // CPU time [s], all steps

    cloud::Block block(double &dt) {
        cloud::Block block = cloud::block(count);
        block.densities = cloud::array(cells[1].n, Q);
        block.thermal = cloud::array(&cells[1].energy, Q);
        block.thermal_unit = CLOUD_THERMAL_ENERGY_PER_VOLUME;
        block.dt = cloud::one_for_all(dt);
        block.tolerated = 1e-10;
        return block;
    }

    // 100 nuclei per cm^3 at 300 K, 1 at 1e4 K; the library knows energies.
    void begin(const cloud::Solver &solver) {
        for (std::size_t i = 1; i <= count; i++) {
            const bool is_left = first + i <= all_cells / 2;
            Cell cell{};
            std::fill(cell.n, cell.n + S, 1e-12);
            cell.n[CLOUD_IDX_H] = 0.9996, cell.n[CLOUD_IDX_He] = 0.1, cell.n[CLOUD_IDX_H2] = 1.5e-4;
            cell.n[CLOUD_IDX_HPlus] = cell.n[CLOUD_IDX_Electron] = 1e-4;
            for (double &n : cell.n) n *= is_left ? 100 : 1;
            cell.energy = is_left ? 300 : 1e4;
            cells[i] = cell;
        }
        double none = 0;
        cloud::Block block = this->block(none);
        block.thermal_unit = CLOUD_THERMAL_TEMPERATURE;
        const std::vector<double> energy = solver.evaluate(block, CLOUD_QUANTITY_ENERGY_PER_VOLUME);
        for (std::size_t i = 0; i < count; i++) cells[i + 1].energy = energy[i];
    }

    // Ghost zones from the neighbours; at the ends of the tube gas leaves freely.
    void exchange() {
        const int left = rank == 0 ? MPI_PROC_NULL : rank - 1, right = rank + 1 == ranks ? MPI_PROC_NULL : rank + 1;
        cells[0] = cells[1], cells[count + 1] = cells[count];
        MPI_Sendrecv(&cells[count], Q, MPI_DOUBLE, right, 0, &cells[0], Q, MPI_DOUBLE, left, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
        MPI_Sendrecv(&cells[1], Q, MPI_DOUBLE, left, 1, &cells[count + 1], Q, MPI_DOUBLE, right, 1, MPI_COMM_WORLD,
                     MPI_STATUS_IGNORE);
    }

    // One step of the gas; returns the time step, which the fastest signal of all ranks allows.
    double flow() {
        std::vector<Numbers> fluxes(count + 1);
        double local = 0, fastest = 0;
        for (std::size_t i = 0; i <= count; i++) {
            Numbers q[2], f[2];
            double signal = 0;
            for (int side = 0; side < 2; side++) {
                const Cell &cell = cells[i + side];
                const double rho = density(cell), v = cell.momentum / rho, p = (adiabatic - 1) * (cell.energy - kinetic(cell));
                q[side] = f[side] = numbers(cell);
                for (double &value : f[side]) value *= v;
                f[side][S] += p, f[side][S + 1] += p * v;
                signal = std::max(signal, std::fabs(v) + std::sqrt(adiabatic * p / rho));
            }
            for (std::size_t k = 0; k < Q; k++) fluxes[i][k] = 0.5 * (f[0][k] + f[1][k]) - 0.5 * signal * (q[1][k] - q[0][k]);
            local = std::max(local, signal);
        }
        MPI_Allreduce(&local, &fastest, 1, MPI_DOUBLE, MPI_MAX, MPI_COMM_WORLD);
        const double dt = 0.4 * dx / fastest;
        for (std::size_t i = 1; i <= count; i++) {
            Numbers q = numbers(cells[i]);
            for (std::size_t k = 0; k < Q; k++) q[k] -= dt / dx * (fluxes[i][k] - fluxes[i - 1][k]);
            std::memcpy(&cells[i], q.data(), sizeof(Cell));
        }
        return dt;
    }

    void react(const cloud::Solver &solver, double dt) {
        for (std::size_t i = 1; i <= count; i++) cells[i].energy -= kinetic(cells[i]);
        cloud::Block block = this->block(dt);
        block.steps = steps.data();
        const std::clock_t begin = std::clock();
        if (solver.advance(block) != 0) throw std::runtime_error("cells were not advanced");
        chemistry += static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
        for (const std::uint32_t count : steps) work += count;
        for (std::size_t i = 1; i <= count; i++) cells[i].energy += kinetic(cells[i]);
    }

    // Takes the cells from cuts[rank] on as those of this rank.
    void settle(std::vector<Cell> own) {
        first = cuts[rank], count = own.size();
        cells.assign(count + 2, Cell{});
        std::copy(own.begin(), own.end(), cells.begin() + 1);
        steps.assign(count, 0);
    }

    // Shares the tube so that every rank has the same cost in the last call, and sends cells to their new ranks. A cell costs its
    // steps and about as much as `base` of them to begin and end. The order of cells stays, and so do all bits.
    void balance() {
        constexpr double base = 8;
        std::vector<int> counts(ranks), starts(ranks);
        for (int r = 0; r < ranks; r++) counts[r] = static_cast<int>(cuts[r + 1] - cuts[r]), starts[r] = static_cast<int>(cuts[r]);
        std::vector<std::uint32_t> all(all_cells);
        MPI_Allgatherv(steps.data(), counts[rank], MPI_UINT32_T, all.data(), counts.data(), starts.data(), MPI_UINT32_T,
                       MPI_COMM_WORLD);
        double total = 0, sum = 0;
        for (const std::uint32_t count : all) total += count + base;
        std::vector<std::size_t> fresh(1, 0);
        for (std::size_t i = 0; i < all_cells; i++) {
            while (fresh.size() < static_cast<std::size_t>(ranks) && sum + (all[i] + base) / 2 >= total * fresh.size() / ranks) {
                fresh.push_back(std::max(i, fresh.back() + 1)); // a rank has at least one cell
            }
            sum += all[i] + base;
        }
        fresh.push_back(all_cells);

        // What this rank sends to each rank, and takes from each: where its old cells meet the new share, and the reverse.
        std::vector<int> sent(ranks), sent_from(ranks), taken(ranks), taken_to(ranks);
        const auto meet = [](std::size_t a, std::size_t b, std::size_t c, std::size_t d, std::size_t base, int &number, int &place) {
            const std::size_t low = std::max(a, c), high = std::min(b, d);
            number = high > low ? static_cast<int>((high - low) * Q) : 0;
            place = high > low ? static_cast<int>((low - base) * Q) : 0;
        };
        for (int r = 0; r < ranks; r++) {
            meet(cuts[rank], cuts[rank + 1], fresh[r], fresh[r + 1], cuts[rank], sent[r], sent_from[r]);
            meet(fresh[rank], fresh[rank + 1], cuts[r], cuts[r + 1], fresh[rank], taken[r], taken_to[r]);
        }
        std::vector<Cell> own(fresh[rank + 1] - fresh[rank]);
        MPI_Alltoallv(&cells[1], sent.data(), sent_from.data(), MPI_DOUBLE, own.data(), taken.data(), taken_to.data(), MPI_DOUBLE,
                      MPI_COMM_WORLD);
        cuts = fresh;
        settle(std::move(own));
    }

    std::uint64_t digest() const {
        std::uint64_t sum = 0;
        for (std::size_t i = 1; i <= count; i++) {
            for (std::size_t k = 0; k < Q; k++) {
                std::uint64_t bits;
                std::memcpy(&bits, &numbers(cells[i])[k], sizeof bits);
                sum += (bits ^ (bits >> 29)) * (2 * ((first + i) * Q + k) + 1) * 0x9E3779B97F4A7C15u;
            }
        }
        return sum;
    }
};

} // namespace

int main(int argc, char **argv) {
    MPI_Init(&argc, &argv);
    Tube tube;
    MPI_Comm_rank(MPI_COMM_WORLD, &tube.rank), MPI_Comm_size(MPI_COMM_WORLD, &tube.ranks);
    try {
        const cloud::Solver solver(1e-3, 1e-20, 1);
        for (int r = 0; r <= tube.ranks; r++) tube.cuts.push_back(all_cells * r / tube.ranks);
        tube.settle(std::vector<Cell>(tube.cuts[tube.rank + 1] - tube.cuts[tube.rank]));
        tube.begin(solver);
        for (int step = 0; step < steps; step++) {
            tube.exchange();
            tube.react(solver, tube.flow());
            tube.balance();
        }
        std::uint64_t digest = tube.digest(), sum = 0;
        MPI_Reduce(&digest, &sum, 1, MPI_UINT64_T, MPI_SUM, 0, MPI_COMM_WORLD);
        if (tube.rank == 0) std::printf("hydro.cpp: 200 steps of 1200 cells, digest %016llx\n", static_cast<unsigned long long>(sum));
        double mine[] = {tube.chemistry, tube.work}, most[2], all[2];
        MPI_Reduce(mine, most, 2, MPI_DOUBLE, MPI_MAX, 0, MPI_COMM_WORLD);
        MPI_Reduce(mine, all, 2, MPI_DOUBLE, MPI_SUM, 0, MPI_COMM_WORLD);
        if (tube.rank == 0) {
            std::fprintf(stderr, "%d ranks: chemistry takes %.1f ms, the busiest rank %.2f times the mean; of the steps %.2f times\n",
                         tube.ranks, 1e3 * all[0], most[0] * tube.ranks / all[0], most[1] * tube.ranks / all[1]);
        }
    } catch (const std::exception &error) {
        std::fprintf(stderr, "rank %d: %s\n", tube.rank, error.what());
        MPI_Abort(MPI_COMM_WORLD, 1);
    }
    MPI_Finalize();
    return 0;
}
