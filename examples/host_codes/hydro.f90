! Hydrodynamics in small, in Fortran with MPI: a shock tube of 240 cells over 10 pc, dense cold gas on the left, thin warm gas on the
! right, with chemistry, heating and cooling in every step. Rusanov's fluxes, first order. Each rank has a solver of its own that
! works in the rank's thread. Prints a digest of all numbers: the same on any number of ranks.
program hydro
  use, intrinsic :: iso_c_binding
  use mpi
  use cloud
  implicit none
  integer, parameter :: all_cells = 240, steps = 40, ns = cloud_species_count, mom = ns + 1, ene = ns + 2
  real(c_double), parameter :: dx = 3.0857d19 / all_cells, adiabatic = 5d0 / 3d0
  ! Number densities in the order of the network, e- H- H He H2 H+ He+ H2+ He++, for one hydrogen nucleus.
  real(c_double), parameter :: state(ns) = [1d-4, 1d-12, 0.9996d0, 0.1d0, 1.5d-4, 1d-4, 1d-12, 1d-12, 1d-12]
  ! u(cell, :): densities of mass of all species, momentum, energy, with a ghost zone at each end. e: internal energy per volume.
  real(c_double), allocatable, target :: u(:, :), e(:)
  real(c_double), allocatable :: flux(:, :)
  real(c_double), target :: dt
  integer(c_int64_t) :: error, digest, total
  integer :: rank, ranks, first, count, cell, step, i, code
  type(c_ptr) :: solver
  type(cloud_block) :: block

  call MPI_Init(code)
  call MPI_Comm_rank(MPI_COMM_WORLD, rank, code)
  call MPI_Comm_size(MPI_COMM_WORLD, ranks, code)
  solver = cloud_new(1d-3, 1d-20, 1, error)
  if (.not. c_associated(solver)) call stop_all(cloud_last_error())
  first = all_cells * rank / ranks
  count = all_cells * (rank + 1) / ranks - first
  allocate (u(0:count + 1, ns + 2), e(count), flux(0:count, ns + 2))

  ! Cells of the rank between the ghost zones, as chemistry sees them.
  block = cloud_block_of(count)
  call cloud_set_densities(block, u(1:count, :ns), species_axis=2)
  block%density_unit = cloud_density_mass
  block%thermal = cloud_field(e)
  block%dt = cloud_one_for_all(dt)
  block%tolerated = 1d-10
  call begin()

  do step = 1, steps
    call exchange()
    call flow()
    do cell = 1, count
      e(cell) = u(cell, ene) - kinetic(u(cell, :))
    end do
    if (cloud_advance(solver, block) /= 0) call stop_all("cells were not advanced: " // cloud_last_error())
    do cell = 1, count
      u(cell, ene) = e(cell) + kinetic(u(cell, :))
    end do
  end do

  digest = 0
  do cell = 1, count
    do i = 1, ns + 2
      digest = ieor(digest, ishftc(transfer(u(cell, i), digest), mod((first + cell) * 7 + i, 63)))
    end do
  end do
  call MPI_Reduce(digest, total, 1, MPI_INTEGER8, MPI_BXOR, 0, MPI_COMM_WORLD, code)
  if (rank == 0) print "(a, z16.16)", "hydro.f90: 40 steps of 240 cells, digest ", total
  call cloud_free(solver)
  call MPI_Finalize(code)

contains

  ! 100 nuclei per cm^3 at 300 K, 1 at 1e4 K; the library knows masses and energies.
  subroutine begin()
    real(c_double) :: nuclei
    do cell = 1, count
      nuclei = merge(100d0, 1d0, first + cell <= all_cells / 2)
      u(cell, :ns) = nuclei * state * [(cloud_mass_of(i), i = 1, ns)]
      e(cell) = merge(300d0, 1d4, first + cell <= all_cells / 2)
    end do
    if (cloud_evaluate(solver, block, cloud_quantity_energy_per_volume, e) /= 0) call stop_all(cloud_last_error())
    block%thermal_unit = cloud_thermal_energy_per_volume
    u(1:count, mom) = 0
    u(1:count, ene) = e
  end subroutine

  pure function kinetic(q) result(energy)
    real(c_double), intent(in) :: q(:)
    real(c_double) :: energy
    energy = 0.5d0 * q(mom)**2 / sum(q(:ns))
  end function

  ! Velocity, pressure and the fastest signal of a cell.
  pure subroutine motion(q, v, p, signal)
    real(c_double), intent(in) :: q(:)
    real(c_double), intent(out) :: v, p, signal
    v = q(mom) / sum(q(:ns))
    p = (adiabatic - 1) * (q(ene) - kinetic(q))
    signal = abs(v) + sqrt(adiabatic * p / sum(q(:ns)))
  end subroutine

  ! One step of the gas, with the time step that the fastest signal of all ranks allows.
  subroutine flow()
    real(c_double) :: v(2), p(2), signal(2), fastest, local, f(ns + 2, 2)
    local = 0
    do cell = 0, count
      do i = 1, 2
        call motion(u(cell + i - 1, :), v(i), p(i), signal(i))
        f(:, i) = u(cell + i - 1, :) * v(i)
        f(mom, i) = f(mom, i) + p(i)
        f(ene, i) = f(ene, i) + p(i) * v(i)
      end do
      local = max(local, maxval(signal))
      flux(cell, :) = 0.5d0 * (f(:, 1) + f(:, 2)) - 0.5d0 * maxval(signal) * (u(cell + 1, :) - u(cell, :))
    end do
    call MPI_Allreduce(local, fastest, 1, MPI_DOUBLE_PRECISION, MPI_MAX, MPI_COMM_WORLD, code)
    dt = 0.4d0 * dx / fastest
    do cell = 1, count
      u(cell, :) = u(cell, :) - dt / dx * (flux(cell, :) - flux(cell - 1, :))
    end do
  end subroutine

  ! Ghost zones from the neighbours; at the ends of the tube gas leaves freely.
  subroutine exchange()
    integer :: left, right
    left = merge(MPI_PROC_NULL, rank - 1, rank == 0)
    right = merge(MPI_PROC_NULL, rank + 1, rank + 1 == ranks)
    call pass(u(count, :), right, u(1, :), left, 0)
    call pass(u(1, :), left, u(count, :), right, count + 1)
  end subroutine

  subroutine pass(sent, to, otherwise, from, ghost)
    real(c_double), intent(in) :: sent(:), otherwise(:)
    integer, intent(in) :: to, from, ghost
    real(c_double) :: out(ns + 2), in(ns + 2)
    integer :: status(MPI_STATUS_SIZE)
    out = sent
    in = otherwise
    call MPI_Sendrecv(out, ns + 2, MPI_DOUBLE_PRECISION, to, 0, in, ns + 2, MPI_DOUBLE_PRECISION, from, 0, MPI_COMM_WORLD, &
        status, code)
    u(ghost, :) = in
  end subroutine

  subroutine stop_all(text)
    character(*), intent(in) :: text
    write (*, "(a, i0, 2a)") "rank ", rank, ": ", text
    call MPI_Abort(MPI_COMM_WORLD, 1, code)
  end subroutine
end program
