
// A trained network with a solver behind it: cells are advanced by it where it is to be trusted. Several threads may call its
// const members at the same time.
class Emulator {
public:
    // The file of a trained network; the largest residual in decades before a cell is solved instead, 0 for none.
    Emulator(const Solver &solver, const std::string &path, double tolerance = 0.05) {
        std::int64_t error = 0;
        emulator_ = ::@p@_emulator_new(solver.get(), path.c_str(), tolerance, &error);
        if (!emulator_) throw Error(error);
    }
    ~Emulator() { ::@p@_emulator_free(emulator_); }
    Emulator(Emulator &&other) noexcept : emulator_(std::exchange(other.emulator_, nullptr)) {}
    Emulator &operator=(Emulator &&other) noexcept {
        std::swap(emulator_, other.emulator_);
        return *this;
    }
    Emulator(const Emulator &) = delete;
    Emulator &operator=(const Emulator &) = delete;

    // How many cells were not advanced.
    std::int64_t advance(Block &block) const { return checked(try_advance(block)); }
    std::int64_t try_advance(Block &block) const noexcept { return ::@p@_emulator_advance(emulator_, &block); }

private:
    ::@p@_emulator *emulator_ = nullptr;
};
