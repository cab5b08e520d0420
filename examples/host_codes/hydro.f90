! A hydrodynamics code in small, in Fortran with MPI: gas of 240 cells flows along a line with a wind, upwind, and chemistry acts
! in every step on the cells between the ghost zones. Each rank has a solver of its own that works in the rank's thread. Prints a
! digest of all numbers: the same on any number of ranks.
program hydro
  use, intrinsic :: iso_c_binding
  use mpi
  use cloud
  implicit none
  integer, parameter :: all_cells = 240, ns = cloud_species_count, steps = 20
  real(c_double), parameter :: year = 3.1536d7
  ! In the order of the network: e- H- H He H2 H+ He+ H2+ He++.
  real(c_double), parameter :: state(ns) = [1.02d0, 0.1d0, 62.41d0, 26.0d0, 10.4d0, 0.62d0, 0.26d0, 0.1d0, 0.07d0]
  ! Cells first, species last, one ghost zone on the left.
  real(c_double), allocatable, target :: n(:, :), t_gas(:)
  real(c_double), target :: dt
  integer(c_int64_t) :: error, digest, total
  integer :: rank, ranks, first, count, cell, step, code
  type(c_ptr) :: solver
  type(cloud_block) :: block

  call MPI_Init(code)
  call MPI_Comm_rank(MPI_COMM_WORLD, rank, code)
  call MPI_Comm_size(MPI_COMM_WORLD, ranks, code)
  solver = cloud_new(1d-3, 1d-20, 1, error)
  if (.not. c_associated(solver)) call stop_all(cloud_last_error())

  first = all_cells * rank / ranks
  count = all_cells * (rank + 1) / ranks - first
  allocate (n(0:count, ns), t_gas(0:count))
  do cell = 1, count
    n(cell, :) = state * 10d0**(1 - 3 * dble(first + cell - 1) / all_cells)
    t_gas(cell) = 20d0 * 5d4**(dble(first + cell - 1) / all_cells)
  end do

  dt = 2d3 * year
  block = cloud_block_of(count)
  call cloud_set_densities(block, n(1:, :), species_axis=2)
  block%thermal = cloud_field(t_gas(1:))
  block%dt = cloud_one_for_all(dt)
  do step = 1, steps
    call exchange()
    do cell = count, 1, -1
      n(cell, :) = n(cell, :) - 0.4d0 * (n(cell, :) - n(cell - 1, :))
      t_gas(cell) = t_gas(cell) - 0.4d0 * (t_gas(cell) - t_gas(cell - 1))
    end do
    if (cloud_advance(solver, block) /= 0) call stop_all("cells were not advanced: " // cloud_last_error())
  end do

  digest = 0
  do cell = 1, count
    digest = ieor(digest, ishftc(bits(t_gas(cell)), mod(first + cell, 63)))
    do step = 1, ns
      digest = ieor(digest, ishftc(bits(n(cell, step)), mod((first + cell) * 7 + step, 63)))
    end do
  end do
  call MPI_Reduce(digest, total, 1, MPI_INTEGER8, MPI_BXOR, 0, MPI_COMM_WORLD, code)
  if (rank == 0) print "(a, z16.16)", "hydro.f90: 20 steps of 240 cells, digest ", total
  call cloud_free(solver)
  call MPI_Finalize(code)

contains

  ! The last cell of the rank on the left; at the end of the line the first cell itself.
  subroutine exchange()
    real(c_double) :: sent(ns + 1), received(ns + 1)
    integer :: left, right, status(MPI_STATUS_SIZE)
    left = merge(MPI_PROC_NULL, rank - 1, rank == 0)
    right = merge(MPI_PROC_NULL, rank + 1, rank + 1 == ranks)
    sent = [n(count, :), t_gas(count)]
    received = [n(1, :), t_gas(1)]
    call MPI_Sendrecv(sent, ns + 1, MPI_DOUBLE_PRECISION, right, 0, received, ns + 1, MPI_DOUBLE_PRECISION, left, 0, &
        MPI_COMM_WORLD, status, code)
    n(0, :) = received(:ns)
    t_gas(0) = received(ns + 1)
  end subroutine

  function bits(value)
    real(c_double), intent(in) :: value
    integer(c_int64_t) :: bits
    bits = transfer(value, bits)
  end function

  subroutine stop_all(text)
    character(*), intent(in) :: text
    write (*, "(a, i0, 2a)") "rank ", rank, ": ", text
    call MPI_Abort(MPI_COMM_WORLD, 1, code)
  end subroutine
end program
