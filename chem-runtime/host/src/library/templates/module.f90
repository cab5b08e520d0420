! The network `@network@` for host codes in Fortran: what @p@.h says, by ISO_C_BINDING. Made by `chem host`; made anew by it.
module @p@
  use, intrinsic :: iso_c_binding
  implicit none
  private

@constants@
  ! An array with a number for each cell: made by @p@_field.
  type, bind(c), public :: @p@_array
    type(c_ptr) :: data = c_null_ptr
    integer(c_intptr_t) :: stride(3) = 0
    integer(c_int32_t) :: kind = 0
    integer(c_int32_t) :: reserved = 0
  end type

  ! A parameter with a value for each cell; name is the address of a text that ends with c_null_char.
  type, bind(c), public :: @p@_environment
    type(c_ptr) :: name = c_null_ptr
    type(@p@_array) :: values
  end type

  ! Cells, where they lie, and what is to become of them; see @p@.h. Made by @p@_block_of.
  type, bind(c), public :: @p@_block
    integer(c_size_t) :: size = 0
    integer(c_size_t) :: species = 0
    integer(c_size_t) :: cells(3) = 0
    type(@p@_array) :: densities
    integer(c_intptr_t) :: species_stride = 1
    type(@p@_array) :: thermal
    type(@p@_array) :: dt
    type(@p@_array) :: added
    type(c_ptr) :: status = c_null_ptr
    type(c_ptr) :: steps = c_null_ptr
    integer(c_int32_t) :: density_unit = 0
    integer(c_int32_t) :: thermal_unit = 0
    integer(c_int32_t) :: flags = 0
    integer(c_int32_t) :: reserved = 0
    real(c_double) :: start = 0
    real(c_double) :: floor = 0
    real(c_double) :: tolerated = 0
    real(c_double) :: total_added = 0
    type(c_ptr) :: environment = c_null_ptr
    integer(c_size_t) :: environments = 0
  end type

  public :: @p@_abi, @p@_new, @p@_free, @p@_set_option, @p@_set_parameter, @p@_get_parameter
  public :: @p@_step, @p@_block_of, @p@_set_densities, @p@_field, @p@_one_for_all, @p@_advance, @p@_equilibrium, @p@_evaluate
  public :: @p@_environment_of, @p@_set_environment
  public :: @p@_quantity_numbers, @p@_name_of, @p@_index_of, @p@_unit_of, @p@_default_of, @p@_kind_of, @p@_scope_of, @p@_band_edges_of
  public :: @p@_mass_of, @p@_charge_of, @p@_nuclei_of
  public :: @p@_status_text, @p@_error_text, @p@_last_error
@emulator_names@

  interface
@interfaces@
    pure function raw_@p@_strlen(text) bind(c, name="strlen") result(length)
      import
      type(c_ptr), value, intent(in) :: text
      integer(c_size_t) :: length
    end function
  end interface

  ! Where an array of cells lies: rank 1 to 3, 32 or 64 bits, any section of an array that is a target. Nothing is copied.
  interface @p@_field
    module procedure @p@_field_1d, @p@_field_2d, @p@_field_3d, @p@_field_1s, @p@_field_2s, @p@_field_3s
  end interface

  ! Where the densities of a block lie: the axis of the species is the first or the last one.
  interface @p@_set_densities
    module procedure @p@_densities_2d, @p@_densities_3d, @p@_densities_4d
    module procedure @p@_densities_2s, @p@_densities_3s, @p@_densities_4s
  end interface

  interface @p@_evaluate
    module procedure @p@_evaluate_1, @p@_evaluate_2
  end interface

  ! A name that no parameter has, for the library to name it.
  character(kind=c_char), target, save :: unknown(64) = c_null_char

contains

  ! Version of the interface in the library; @p@_abi_version is that of this module.
  function @p@_abi() result(version)
    integer(c_int32_t) :: version
    version = raw_@p@_abi_version()
  end function

  ! A solver with these tolerances and threads (1: that of the caller, 0: all of the machine); c_null_ptr and error < 0 on
  ! failure.
  function @p@_new(rtol, atol, threads, error) result(solver)
    real(c_double), intent(in) :: rtol, atol
    integer, intent(in) :: threads
    integer(c_int64_t), intent(out), target :: error
    type(c_ptr) :: solver
    error = 0
    solver = raw_@p@_new(int(@p@_species_count, c_size_t), rtol, atol, int(threads, c_size_t), c_loc(error))
  end function

  ! Gives a solver back.
  subroutine @p@_free(solver)
    type(c_ptr), intent(inout) :: solver
    call raw_@p@_free(solver)
    solver = c_null_ptr
  end subroutine

  ! Sets @p@_option_...; 0 or @p@_error_...
  function @p@_set_option(solver, option, value) result(error)
    type(c_ptr), intent(in) :: solver
    integer(c_int32_t), intent(in) :: option
    real(c_double), intent(in) :: value
    integer(c_int64_t) :: error
    error = raw_@p@_set_option(solver, option, value)
  end function

  ! Sets a parameter, in cgs units and K; 0 or @p@_error_..., and then it keeps its value.
  function @p@_set_parameter(solver, name, value) result(error)
    type(c_ptr), intent(in) :: solver
    character(*), intent(in) :: name
    real(c_double), intent(in) :: value
    integer(c_int64_t) :: error
    error = raw_@p@_set_parameter(solver, trim(name) // c_null_char, value)
  end function

  ! The value that a parameter has; 0 or @p@_error_...
  function @p@_get_parameter(solver, name, value) result(error)
    type(c_ptr), intent(in) :: solver
    character(*), intent(in) :: name
    real(c_double), intent(out), target :: value
    integer(c_int64_t) :: error
    value = 0
    error = raw_@p@_get_parameter(solver, trim(name) // c_null_char, c_loc(value))
  end function

  ! Advances all cells, n(species, cell) [cm^-3] and t_gas(cell) [K], by dt [s]. Returns how many were not advanced, which are
  ! unchanged and whose status says why, or @p@_error_...
  function @p@_step(solver, n, t_gas, dt, status) result(failed)
    type(c_ptr), intent(in) :: solver
    real(c_double), intent(inout), contiguous, target :: n(:, :), t_gas(:)
    real(c_double), intent(in) :: dt
    integer(c_int32_t), intent(out), contiguous, target, optional :: status(:)
    integer(c_int64_t) :: failed
    type(c_ptr) :: where_status
    where_status = c_null_ptr
    failed = @p@_error_room
    if (size(n, 2) /= size(t_gas)) return
    if (present(status)) then
      if (size(status) /= size(t_gas)) return
      if (size(status) > 0) where_status = c_loc(status)
    end if
    if (size(t_gas) == 0) then
      failed = raw_@p@_step(solver, int(size(n, 1), c_size_t), 0_c_size_t, c_null_ptr, c_null_ptr, &
          @p@_layout_cell_by_cell, dt, c_null_ptr)
      return
    end if
    failed = raw_@p@_step(solver, int(size(n, 1), c_size_t), size(t_gas, kind=c_size_t), c_loc(n), c_loc(t_gas), &
        @p@_layout_cell_by_cell, dt, where_status)
  end function

  ! A block of so many cells along each axis.
  function @p@_block_of(x, y, z) result(block)
    integer, intent(in) :: x
    integer, intent(in), optional :: y, z
    type(@p@_block) :: block
    block%size = c_sizeof(block)
    block%species = @p@_species_count
    block%cells = 1
    block%cells(1) = max(x, 0)
    if (present(y)) block%cells(2) = max(y, 0)
    if (present(z)) block%cells(3) = max(z, 0)
  end function

  ! One number for all cells, which must be a target.
  function @p@_one_for_all(value) result(array)
    real(c_double), intent(in), target :: value
    type(@p@_array) :: array
    array%data = c_loc(value)
  end function

  ! A parameter with a value for each cell, @p@_field(array), or one for all, @p@_one_for_all(value).
  function @p@_environment_of(name, values) result(environment)
    character(*), intent(in) :: name
    type(@p@_array), intent(in) :: values
    type(@p@_environment) :: environment
    integer :: index, i
    environment%values = values
    index = @p@_index_of(@p@_list_parameters, name)
    if (index > 0) then
      environment%name = raw_@p@_name(@p@_list_parameters, int(index - 1, c_size_t))
      return
    end if
    do i = 1, min(len_trim(name), size(unknown) - 1)
      unknown(i) = name(i:i)
    end do
    unknown(i:) = c_null_char
    environment%name = c_loc(unknown)
  end function

  ! Hands parameters with a value for each cell to a block; the list must be a target and outlive the call.
  subroutine @p@_set_environment(block, list)
    type(@p@_block), intent(inout) :: block
    type(@p@_environment), intent(in), contiguous, target :: list(:)
    block%environments = size(list)
    block%environment = c_null_ptr
    if (size(list) > 0) block%environment = c_loc(list)
  end subroutine

  ! Advances the cells of a block; returns as @p@_step.
  function @p@_advance(solver, block) result(failed)
    type(c_ptr), intent(in) :: solver
    type(@p@_block), intent(inout) :: block
    integer(c_int64_t) :: failed
    failed = raw_@p@_advance(solver, block)
  end function

  ! Advances the cells of a block by the longest time and looks whether they stand still; see @p@.h.
  function @p@_equilibrium(solver, block, tolerance) result(failed)
    type(c_ptr), intent(in) :: solver
    type(@p@_block), intent(inout) :: block
    real(c_double), intent(in) :: tolerance
    integer(c_int64_t) :: failed
    failed = raw_@p@_equilibrium(solver, block, tolerance)
  end function

  ! How many numbers a cell has of @p@_quantity_...
  function @p@_quantity_numbers(quantity) result(numbers)
    integer(c_int32_t), intent(in) :: quantity
    integer :: numbers
    numbers = int(raw_@p@_quantity_size(quantity))
  end function

  ! Evaluates @p@_quantity_... in the cells of a block: out(cell) or out(number, cell).
  function @p@_evaluate_1(solver, block, quantity, out) result(failed)
    type(c_ptr), intent(in) :: solver
    type(@p@_block), intent(in) :: block
    integer(c_int32_t), intent(in) :: quantity
    real(c_double), intent(inout), contiguous, target :: out(:)
    integer(c_int64_t) :: failed
    failed = raw_@p@_evaluate(solver, block, quantity, c_loc(out), size(out, kind=c_size_t))
  end function

  function @p@_evaluate_2(solver, block, quantity, out) result(failed)
    type(c_ptr), intent(in) :: solver
    type(@p@_block), intent(in) :: block
    integer(c_int32_t), intent(in) :: quantity
    real(c_double), intent(inout), contiguous, target :: out(:, :)
    integer(c_int64_t) :: failed
    failed = raw_@p@_evaluate(solver, block, quantity, c_loc(out), size(out, kind=c_size_t))
  end function

  ! A name of @p@_list_..., from 1 on; "" beyond the last.
  function @p@_name_of(list, index) result(text)
    integer(c_int32_t), intent(in) :: list
    integer, intent(in) :: index
    character(:), allocatable :: text
    text = fortran_text(raw_@p@_name(list, int(index - 1, c_size_t)))
  end function

  ! Where a name stands in @p@_list_..., from 1 on; 0 if it is not there.
  function @p@_index_of(list, name) result(index)
    integer(c_int32_t), intent(in) :: list
    character(*), intent(in) :: name
    integer :: index
    index = max(int(raw_@p@_index(list, trim(name) // c_null_char)), -1) + 1
  end function

  ! Unit of a parameter, from 1 on, as declared.
  function @p@_unit_of(parameter) result(text)
    integer, intent(in) :: parameter
    character(:), allocatable :: text
    text = fortran_text(raw_@p@_parameter_unit(int(parameter - 1, c_size_t)))
  end function

  ! Declared value of a parameter, from 1 on, in cgs units and K.
  function @p@_default_of(parameter) result(value)
    integer, intent(in) :: parameter
    real(c_double) :: value
    value = raw_@p@_parameter_default(int(parameter - 1, c_size_t))
  end function

  ! Which values a parameter, from 1 on, may have: @p@_parameter_number, _switch, _band.
  function @p@_kind_of(parameter) result(kind)
    integer, intent(in) :: parameter
    integer(c_int32_t) :: kind
    kind = raw_@p@_parameter_kind(int(parameter - 1, c_size_t))
  end function

  ! Where a value of a parameter, from 1 on, holds: @p@_scope_network, _cell, _cell_signed.
  function @p@_scope_of(parameter) result(scope)
    integer, intent(in) :: parameter
    integer(c_int32_t) :: scope
    scope = raw_@p@_parameter_scope(int(parameter - 1, c_size_t))
  end function

  ! Photon energies [erg] between which a band of radiation, from 1 on, lies.
  function @p@_band_edges_of(band) result(edges)
    integer, intent(in) :: band
    real(c_double) :: edges(2)
    edges = [raw_@p@_band_edge(int(band - 1, c_size_t), 0), raw_@p@_band_edge(int(band - 1, c_size_t), 1)]
  end function

  ! Mass of a species [g], from 1 on.
  function @p@_mass_of(species) result(mass)
    integer, intent(in) :: species
    real(c_double) :: mass
    mass = raw_@p@_mass(int(species - 1, c_size_t))
  end function

  ! Charge of a species [e], from 1 on.
  function @p@_charge_of(species) result(charge)
    integer, intent(in) :: species
    integer :: charge
    charge = int(raw_@p@_charge(int(species - 1, c_size_t)))
  end function

  ! How many nuclei of an element a species has, both from 1 on.
  function @p@_nuclei_of(species, element) result(nuclei)
    integer, intent(in) :: species, element
    integer :: nuclei
    nuclei = int(raw_@p@_nuclei(int(species - 1, c_size_t), int(element - 1, c_size_t)))
  end function

  ! What a status means.
  function @p@_status_text(status) result(text)
    integer(c_int32_t), intent(in) :: status
    character(:), allocatable :: text
    text = fortran_text(raw_@p@_status_text(status))
  end function

  ! What @p@_error_... means.
  function @p@_error_text(code) result(text)
    integer(c_int64_t), intent(in) :: code
    character(:), allocatable :: text
    text = fortran_text(raw_@p@_error_text(code))
  end function

  ! What the last error in this thread was, with names and numbers.
  function @p@_last_error() result(text)
    character(:), allocatable :: text
    text = fortran_text(raw_@p@_last_error())
  end function

@ranks@
  ! Numbers of so many bytes from one address to another.
  function numbers_between(from, to, bytes) result(numbers)
    type(c_ptr), intent(in) :: from, to
    integer, intent(in) :: bytes
    integer(c_intptr_t) :: numbers
    numbers = (transfer(to, numbers) - transfer(from, numbers)) / bytes
  end function

  ! From the strides along all axes of an array of densities.
  subroutine set_strides(block, array, strides, axis, last, species)
    type(@p@_block), intent(inout) :: block
    type(@p@_array), intent(in) :: array
    integer(c_intptr_t), intent(in) :: strides(:)
    integer, intent(in) :: axis, last, species
    block%densities = array
    block%species = species
    if (axis == 1) then
      block%species_stride = strides(1)
      block%densities%stride(:last - 1) = strides(2:)
    else
      block%species_stride = strides(last)
      block%densities%stride(:last - 1) = strides(:last - 1)
    end if
  end subroutine

  function fortran_text(c_text) result(text)
    type(c_ptr), intent(in) :: c_text
    character(:), allocatable :: text
    character(kind=c_char), pointer :: letters(:)
    integer :: i
    text = ""
    if (.not. c_associated(c_text)) return
    call c_f_pointer(c_text, letters, [raw_@p@_strlen(c_text)])
    do i = 1, size(letters)
      text = text // letters(i)
    end do
  end function
@emulator@
end module
