! Sections of arrays as blocks: any rank, either axis of the species, 32 and 64 bits, ghost zones; names and settings.
program sections
  use, intrinsic :: iso_c_binding
  use pdr
  implicit none
  integer, parameter :: ns = pdr_species_count, nx = 5, ny = 4, nz = 3, cells = nx * ny * nz
  real(c_double), target :: n(ns, cells), t(cells), right_n(ns, cells), right_t(cells), dt
  real(c_double), target :: first(ns, 0:nx + 1, 0:ny + 1, 0:nz + 1), last(0:nx + 1, 0:ny + 1, 0:nz + 1, ns)
  real(c_double), target :: t3(0:nx + 1, 0:ny + 1, 0:nz + 1), times(cells), mu(cells), terms(pdr_cooling_count, cells)
  real(c_float), target :: short(ns, cells), t_short(cells)
  integer(c_int32_t), target :: status(cells), steps(cells)
  real(c_double) :: value
  type(c_ptr) :: solver
  type(pdr_block) :: block
  integer(c_int64_t) :: error
  integer :: cell, x, y, z, i
  real(c_double), target :: field(cells), band
  real(c_double) :: rates(pdr_reaction_count, cells), absorbed(pdr_band_count, cells)
  type(pdr_environment), target :: list(2)

  solver = pdr_new(1d-3, 1d-20, 1, error)
  if (error /= 0) error stop "no solver"
  do cell = 1, cells
    n(:, cell) = [0.014d0, 85d0, 5d0, 0d0, 10d0, 0d0, 0d0, 0.014d0, 0.03d0, 0d0] * (1 + 0.01d0 * cell)
    t(cell) = 20d0 * 5d3**(dble(cell) / cells)
  end do
  dt = 1d4 * 3.1536d7
  right_n = n
  right_t = t
  if (pdr_step(solver, right_n, right_t, dt, status) /= 0) error stop "step"
  if (any(status /= pdr_status_done)) error stop "status"

  ! Three axes with ghost zones, species first.
  first = -777
  t3 = -777
  first(:, 1:nx, 1:ny, 1:nz) = reshape(n, [ns, nx, ny, nz])
  t3(1:nx, 1:ny, 1:nz) = reshape(t, [nx, ny, nz])
  block = pdr_block_of(nx, ny, nz)
  call pdr_set_densities(block, first(:, 1:nx, 1:ny, 1:nz), species_axis=1)
  block%thermal = pdr_field(t3(1:nx, 1:ny, 1:nz))
  block%dt = pdr_one_for_all(dt)
  block%steps = c_loc(steps)
  if (pdr_advance(solver, block) /= 0) error stop "first"
  if (any(steps <= 0)) error stop "steps"
  if (differs(first(:, 1:nx, 1:ny, 1:nz))) error stop "species first"
  if (count(nint(first) == -777) /= ns * (size(t3) - cells)) error stop "ghost zones"
  call check_t()

  ! Species last.
  last = -777
  t3(1:nx, 1:ny, 1:nz) = reshape(t, [nx, ny, nz])
  last(1:nx, 1:ny, 1:nz, :) = reshape(transpose(n), [nx, ny, nz, ns])
  block = pdr_block_of(nx, ny, nz)
  call pdr_set_densities(block, last(1:nx, 1:ny, 1:nz, :), species_axis=4)
  block%thermal = pdr_field(t3(1:nx, 1:ny, 1:nz))
  block%dt = pdr_one_for_all(dt)
  if (pdr_advance(solver, block) /= 0) error stop "last"
  if (differs(reshape(transpose(reshape(last(1:nx, 1:ny, 1:nz, :), [cells, ns])), [ns, nx, ny, nz]))) error stop "species last"
  if (count(nint(last) == -777) /= ns * (size(t3) - cells)) error stop "ghost zones, species last"
  call check_t()

  ! Every second cell, backwards, with a time step each; the others stay.
  times = dt
  block = pdr_block_of(cells / 2)
  call pdr_set_densities(block, n(:, cells:1:-2), species_axis=1)
  block%thermal = pdr_field(t(cells:1:-2))
  block%dt = pdr_field(times(cells:1:-2))
  if (pdr_advance(solver, block) /= 0) error stop "backwards"
  if (any(bits(t(2::2)) /= bits(right_t(2::2))) .or. any(bits(t(1::2)) == bits(right_t(1::2)))) error stop "every second"

  ! 32 bits.
  short = real(right_n, c_float)
  t_short = real(right_t, c_float)
  n = short
  t = t_short
  block = pdr_block_of(cells)
  call pdr_set_densities(block, short, species_axis=1)
  block%thermal = pdr_field(t_short)
  block%dt = pdr_one_for_all(dt)
  if (pdr_advance(solver, block) /= 0 .or. pdr_step(solver, n, t, dt) /= 0) error stop "32 bits"
  if (any(abs(t_short - t) > 1e-6 * t)) error stop "numbers of 32 bits"

  ! Each cell its own field and band of radiation.
  field = [(0.1d0 * cell, cell = 1, cells)]
  block = pdr_block_of(cells)
  call pdr_set_densities(block, right_n, species_axis=1)
  block%thermal = pdr_field(right_t)
  list = [pdr_environment_of("g0", pdr_field(field)), pdr_environment_of("euv_2", pdr_one_for_all(band))]
  band = 1d-6
  call pdr_set_environment(block, list)
  if (pdr_evaluate(solver, block, pdr_quantity_rates, rates) /= 0) error stop "environment"
  i = pdr_index_of(pdr_list_reactions, "h2_pd")
  if (any(abs(rates(i, :) / rates(i, 1) - [(cell, cell = 1, cells)]) > 1d-12 * cells)) error stop "a field for each cell"
  if (pdr_evaluate(solver, block, pdr_quantity_absorption, absorbed) /= 0) error stop "absorption"
  i = pdr_index_of(pdr_list_reactions, "h_pi")
  if (any(absorbed(2, :) * 2.99792458d10 * band < rates(i, :) * right_n(pdr_idx_h, :))) error stop "absorption of the second band"
  list(1) = pdr_environment_of("g1", pdr_field(field))
  call pdr_set_environment(block, list)
  if (pdr_evaluate(solver, block, pdr_quantity_rates, rates) /= pdr_error_name) error stop "unknown parameter"
  if (index(pdr_last_error(), "`g1`") == 0) error stop "its name"
  if (pdr_kind_of(pdr_index_of(pdr_list_parameters, "photoelectric")) /= pdr_parameter_switch) error stop "switch"
  if (pdr_kind_of(1) /= pdr_parameter_number .or. pdr_kind_of(99) /= -1) error stop "kinds"
  if (pdr_scope_of(1) /= pdr_scope_cell .or. pdr_scope_of(4) /= pdr_scope_network) error stop "scopes"
  if (pdr_name_of(pdr_list_bands, 2) /= "euv_2" .or. any(abs(pdr_band_edges_of(2) / 1.602176634d-12 - [24.59d0, 54.42d0]) > 1d-9)) &
      error stop "bands"

  ! What can be asked.
  block = pdr_block_of(cells)
  call pdr_set_densities(block, right_n, species_axis=1)
  block%thermal = pdr_field(right_t)
  if (pdr_evaluate(solver, block, pdr_quantity_mu, mu) /= 0) error stop "evaluate"
  if (any(mu < 1 .or. mu > 2)) error stop "mu"
  if (pdr_quantity_numbers(pdr_quantity_each_cooling) /= pdr_cooling_count) error stop "numbers"
  if (pdr_evaluate(solver, block, pdr_quantity_each_cooling, terms) /= 0) error stop "terms"
  if (any(terms < 0)) error stop "each term"
  if (pdr_name_of(pdr_list_cooling_terms, 1) /= "cii" .or. pdr_name_of(pdr_list_species, 99) /= "") error stop "names"
  if (pdr_unit_of(3) /= "s^-1" .or. abs(pdr_default_of(1) - 1) > 0) error stop "parameters"
  if (pdr_charge_of(pdr_idx_hplus) /= 1 .or. pdr_nuclei_of(pdr_idx_h2, 1) /= 2) error stop "composition"
  if (pdr_mass_of(pdr_idx_h2) < 3.3d-24) error stop "masses"

  ! What is refused.
  value = 0
  if (pdr_set_parameter(solver, "g0", value / value) /= pdr_error_value) error stop "NaN"
  if (pdr_set_parameter(solver, "g1", 1d0) /= pdr_error_name) error stop "name"
  if (index(pdr_last_error(), "g0") == 0 .or. index(pdr_error_text(pdr_error_name), "nothing") == 0) error stop "texts"
  if (pdr_get_parameter(solver, "g0", value) /= 0) error stop "get"
  if (abs(value - 1) > 0) error stop "value"
  if (pdr_set_option(solver, pdr_option_max_steps, 1d3) /= 0) error stop "option"
  if (c_associated(pdr_new(1d-3, 1d-20, -1, error))) error stop "threads"
  if (error /= pdr_error_threads) error stop "error of threads"
  if (pdr_step(solver, right_n(:, :3), right_t(:2), dt) /= pdr_error_room) error stop "shapes"
  if (pdr_step(solver, right_n(:, :0), right_t(:0), dt) /= 0) error stop "no cells"
  call pdr_set_densities(block, right_n(:7, :), species_axis=1)
  if (pdr_advance(solver, block) /= pdr_error_species) error stop "species"
  call pdr_free(solver)
  if (pdr_step(solver, right_n, right_t, dt) /= pdr_error_null) error stop "freed"

contains

  elemental function bits(value)
    real(c_double), intent(in) :: value
    integer(c_int64_t) :: bits
    bits = transfer(value, bits)
  end function

  function differs(block)
    real(c_double), intent(in) :: block(ns, nx, ny, nz)
    logical :: differs
    differs = any(bits(reshape(block, [ns, cells])) /= bits(right_n))
  end function

  subroutine check_t()
    if (any(bits(reshape(t3(1:nx, 1:ny, 1:nz), [cells])) /= bits(right_t))) error stop "temperatures"
    do z = 0, nz + 1
      do y = 0, ny + 1
        do x = 0, nx + 1
          if (x >= 1 .and. x <= nx .and. y >= 1 .and. y <= ny .and. z >= 1 .and. z <= nz) cycle
          if (nint(t3(x, y, z)) /= -777) error stop "ghost zones of T"
        end do
      end do
    end do
  end subroutine
end program
