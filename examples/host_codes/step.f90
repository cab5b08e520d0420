! Steps of a host code: 10,000 cells over 1 Myr in ten steps; one of them is broken on purpose.
program step
  use, intrinsic :: iso_c_binding
  use cloud
  implicit none
  integer, parameter :: cells = 10000
  real(c_double), parameter :: year = 3.1536d7
  ! In the order of the network: e- H- H He H2 H+ He+ H2+ He++.
  real(c_double), parameter :: state(cloud_species_count) = &
      [1.02d0, 0.1d0, 62.41d0, 26.0d0, 10.4d0, 0.62d0, 0.26d0, 0.1d0, 0.07d0]
  real(c_double) :: hydrogen(cloud_species_count)
  real(c_double) :: n(cloud_species_count, cells), t_gas(cells), drift
  integer(c_int32_t) :: status(cells)
  integer(c_int64_t) :: failed, error
  integer :: cell, i
  type(c_ptr) :: solver

  solver = cloud_new(1d-3, 1d-20, 0, error)
  if (.not. c_associated(solver)) error stop "no solver"
  if (cloud_set_parameter(solver, "zeta_cr", 3d-17) /= 0) error stop "no such parameter"
  hydrogen = [(cloud_nuclei_of(i, cloud_index_of(cloud_list_elements, "H")), i = 1, cloud_species_count)]
  do cell = 1, cells
    t_gas(cell) = 20d0 * 5d4**(dble(cell - 1) / cells)
    n(:, cell) = state
  end do
  n(cloud_idx_h, 18) = -1d0
  do i = 1, 10
    failed = cloud_step(solver, n, t_gas, 1d5 * year, status)
    if (failed /= 1 .or. status(18) /= cloud_status_density) error stop "not the cell that should fail"
  end do
  print "(a, i0, 2a)", "cell ", 18, ": ", cloud_status_text(status(18))
  do cell = 2, cells, cells / 4
    print "(a, i5, a, es10.3, a, 3(2a, es10.3), a)", "cell ", cell, ": T =", t_gas(cell), " K", &
        (", ", cloud_name_of(cloud_list_species, i), n(i, cell), i = 3, 5), " cm^-3"
  end do
  do cell = 1, cells
    if (cell == 18) cycle
    drift = sum(hydrogen * n(:, cell)) / sum(hydrogen * state) - 1
    if (.not. abs(drift) < 1d-12) error stop "hydrogen drifts"
  end do
  call cloud_free(solver)
end program
