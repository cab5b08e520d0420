! Each cell its own surroundings: 64 cells of a slab that far-ultraviolet light enters from one side and cosmic rays from both, with
! one metallicity for all. What a cell ends with is compared with a solver of one cell whose parameters are set so.
program environment
  use, intrinsic :: iso_c_binding
  use cloud
  implicit none
  integer, parameter :: cells = 64, ns = cloud_species_count
  real(c_double), parameter :: year = 3.1536d7
  ! In the order of the network: e- H- H He H2 H+ He+ H2+ He++.
  real(c_double), parameter :: state(ns) = [0.02d0, 0d0, 62.41d0, 26.0d0, 10.4d0, 0.02d0, 0d0, 0d0, 0d0]
  real(c_double), target :: n(ns, cells), t_gas(cells), light(cells), rays(cells), metals, dt
  real(c_double) :: one_n(ns, 1), one_t(1)
  type(cloud_environment), target :: surroundings(3)
  type(cloud_block) :: block
  type(c_ptr) :: solver, one
  integer(c_int64_t) :: error
  integer :: cell, i

  solver = cloud_new(1d-4, 1d-20, 1, error)
  one = cloud_new(1d-4, 1d-20, 1, error)
  if (.not. (c_associated(solver) .and. c_associated(one))) error stop "no solver"
  do i = 1, cloud_parameter_count
    if (cloud_scope_of(i) == cloud_scope_network) cycle
    print "(5a, es9.2)", "each cell may have its own ", cloud_name_of(cloud_list_parameters, i), " [", cloud_unit_of(i), &
        "], by default", cloud_default_of(i)
  end do

  do cell = 1, cells
    n(:, cell) = state
    t_gas(cell) = 200
    light(cell) = exp(-0.1d0 * cell)
    rays(cell) = 1d-16 / sqrt(1 + 0.2d0 * min(cell, cells + 1 - cell))
  end do
  metals = 0.5d0
  dt = 1d4 * year
  surroundings(1) = cloud_environment_of("g0", cloud_field(light))
  surroundings(2) = cloud_environment_of("zeta_cr", cloud_field(rays))
  surroundings(3) = cloud_environment_of("metallicity", cloud_one_for_all(metals))
  block = cloud_block_of(cells)
  call cloud_set_densities(block, n, species_axis=1)
  block%thermal = cloud_field(t_gas)
  block%dt = cloud_one_for_all(dt)
  call cloud_set_environment(block, surroundings)
  if (cloud_advance(solver, block) /= 0) error stop "cells were not advanced"

  do cell = 1, cells
    one_n(:, 1) = state
    one_t = 200
    if (cloud_set_parameter(one, "g0", light(cell)) /= 0) error stop "no g0"
    if (cloud_set_parameter(one, "zeta_cr", rays(cell)) /= 0) error stop "no zeta_cr"
    if (cloud_set_parameter(one, "metallicity", metals) /= 0) error stop "no metallicity"
    if (cloud_step(one, one_n, one_t, dt) /= 0) error stop "the cell was not advanced"
    if (abs(one_t(1) / t_gas(cell) - 1) > 1d-12) error stop "T differs"
    if (any(abs(one_n(:, 1) - n(:, cell)) > 1d-12 * abs(one_n(:, 1)))) error stop "densities differ"
  end do
  do cell = 1, cells, 21
    print "(a, i3, a, f7.2, a, es10.3, a)", "cell", cell, ": T =", t_gas(cell), " K,", n(cloud_idx_electron, cell), &
        " electrons per cm^3"
  end do
  call cloud_free(solver)
  call cloud_free(one)
end program
