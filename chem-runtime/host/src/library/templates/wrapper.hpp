// The C++ side of @p@.h: a solver that frees itself, and errors as exceptions. Made by `chem host`; made anew by it.
#ifndef @P@_HPP
#define @P@_HPP

#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "@p@.h"

namespace @p@ {

using Array = ::@p@_array;
using Block = ::@p@_block;
using Environment = ::@p@_environment; // {name, array}: a parameter with a value for each cell
constexpr std::size_t species_count = @P@_SPECIES_COUNT;

// A call that was refused; nothing was changed unless the code is @P@_ERROR_FAULT.
class Error : public std::runtime_error {
public:
    explicit Error(std::int64_t code) : std::runtime_error(::@p@_last_error()), code_(code) {}
    std::int64_t code() const noexcept { return code_; }

private:
    std::int64_t code_;
};

// The value if it is not the code of an error, else an exception.
inline std::int64_t checked(std::int64_t value) {
    if (value < 0) throw Error(value);
    return value;
}

inline Block block(std::size_t x, std::size_t y = 1, std::size_t z = 1) { return ::@p@_block_init(x, y, z); }

inline Array array(double *data, std::ptrdiff_t x = 1, std::ptrdiff_t y = 0, std::ptrdiff_t z = 0) {
    return ::@p@_array_of(data, x, y, z);
}

inline Array array(float *data, std::ptrdiff_t x = 1, std::ptrdiff_t y = 0, std::ptrdiff_t z = 0) {
    Array result = ::@p@_array_of(nullptr, x, y, z);
    result.data = data;
    result.kind = @P@_KIND_FLOAT32;
    return result;
}

// One number for all cells; it must outlive the call.
inline Array one_for_all(double &value) { return ::@p@_array_of(&value, 0, 0, 0); }

// Hands parameters with a value for each cell to a block; the list must outlive the call.
inline void set_environment(Block &block, const std::vector<Environment> &list) {
    block.environment = list.data();
    block.environments = list.size();
}

// A solver with its parameters and threads. Several threads may call its const members at the same time. Members whose name
// begins with try_ return the codes of the C interface instead of throwing.
class Solver {
public:
    explicit Solver(double rtol = 1e-3, double atol = 1e-20, std::size_t threads = 1) {
        std::int64_t error = 0;
        solver_ = ::@p@_new(@P@_SPECIES_COUNT, rtol, atol, threads, &error);
        if (!solver_) throw Error(error);
    }
    ~Solver() { ::@p@_free(solver_); }
    Solver(Solver &&other) noexcept : solver_(std::exchange(other.solver_, nullptr)) {}
    Solver &operator=(Solver &&other) noexcept {
        std::swap(solver_, other.solver_);
        return *this;
    }
    Solver(const Solver &) = delete;
    Solver &operator=(const Solver &) = delete;

    void set_parameter(const std::string &name, double value) {
        checked(::@p@_set_parameter(solver_, name.c_str(), value));
    }
    double parameter(const std::string &name) const {
        double value = 0;
        checked(::@p@_get_parameter(solver_, name.c_str(), &value));
        return value;
    }
    void set_option(std::int32_t option, double value) { checked(::@p@_set_option(solver_, option, value)); }

    // How many cells were not advanced; see @p@_step.
    std::int64_t step(std::size_t cells, double *n, double *t_gas, double dt, std::int32_t *status = nullptr,
                      std::int32_t layout = @P@_LAYOUT_CELL_BY_CELL) const {
        return checked(try_step(cells, n, t_gas, dt, status, layout));
    }
    std::int64_t try_step(std::size_t cells, double *n, double *t_gas, double dt, std::int32_t *status = nullptr,
                          std::int32_t layout = @P@_LAYOUT_CELL_BY_CELL) const noexcept {
        return ::@p@_step(solver_, @P@_SPECIES_COUNT, cells, n, t_gas, layout, dt, status);
    }
    std::int64_t advance(Block &block) const { return checked(try_advance(block)); }
    std::int64_t try_advance(Block &block) const noexcept { return ::@p@_advance(solver_, &block); }

    // How many cells were not advanced or are not steady; see @p@_equilibrium.
    std::int64_t equilibrium(Block &block, double tolerance = 1e-3) const {
        return checked(::@p@_equilibrium(solver_, &block, tolerance));
    }

    // The numbers of a quantity, cell after cell.
    std::vector<double> evaluate(const Block &block, std::int32_t quantity) const {
        const std::size_t cells = block.cells[0] * block.cells[1] * block.cells[2];
        std::vector<double> out(cells * static_cast<std::size_t>(checked(::@p@_quantity_size(quantity))));
        checked(::@p@_evaluate(solver_, &block, quantity, out.data(), out.size()));
        return out;
    }

    ::@p@_solver *get() const noexcept { return solver_; }

private:
    ::@p@_solver *solver_ = nullptr;
};
@emulator@
} // namespace @p@

#endif // @P@_HPP
