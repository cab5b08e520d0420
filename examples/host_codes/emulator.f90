! Cells advanced by a trained network: in Fortran as in C.
program emulated_cells
  use cloud
  use, intrinsic :: iso_c_binding
  implicit none
  integer, parameter :: cells = 8, calls = 5
  real(c_double), target :: n(cloud_species_count, cells), t_gas(cells), dt
  integer(c_int32_t), target :: status(cells)
  integer(c_int64_t) :: error, left
  type(c_ptr) :: solver, emulator
  type(cloud_block) :: block
  character(len=1024) :: path
  integer :: call, emulated

  call get_command_argument(1, path)
  solver = cloud_new(1d-3, 1d-20, 1, error)
  emulator = cloud_emulator_new(solver, path, 0d0, error)
  if (.not. c_associated(emulator)) then
    print '(a)', "no emulator: " // cloud_last_error()
    stop 1
  end if
  n = 1d-4
  n(cloud_idx_h, :) = 64
  n(cloud_idx_h2, :) = 3
  n(cloud_idx_hplus, :) = 0.1d0
  n(cloud_idx_he, :) = 30
  n(cloud_idx_electron, :) = 0.1d0 + 3d-4
  t_gas = [(300d0 * call, call = 1, cells)]
  dt = 1d4 * 3.1536d7
  block = cloud_block_of(cells)
  call cloud_set_densities(block, n, species_axis=1)
  block%thermal = cloud_field(t_gas)
  block%dt = cloud_one_for_all(dt)
  block%status = c_loc(status)
  emulated = 0
  do call = 1, calls
    left = cloud_emulator_advance(emulator, block)
    if (left /= 0) then
      print '(a)', "not advanced: " // cloud_last_error()
      stop 1
    end if
    emulated = emulated + count(status == cloud_status_emulated)
  end do
  print '(a, i0, a, 2f8.1)', "in Fortran: ", emulated, " of 40 times emulated, T between", minval(t_gas), maxval(t_gas)
  if (emulated == 0) stop 1
  call cloud_emulator_free(emulator)
  call cloud_free(solver)
end program
