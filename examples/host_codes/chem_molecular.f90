! The molecular network for host codes in Fortran: what chem_molecular.h says, by ISO_C_BINDING.
module chem_molecular
  use, intrinsic :: iso_c_binding
  implicit none
  private

  integer, parameter, public :: chem_species_count = 9
  ! n(species, cell), or n(cell, species)
  integer(c_int32_t), parameter, public :: chem_cell_by_cell = 0, chem_species_by_species = 1
  integer(c_int64_t), parameter, public :: chem_null = -1, chem_tolerance = -2, chem_layout = -3, &
      chem_parameter = -4, chem_other = -5, chem_cells = -6, chem_alignment = -7, chem_value = -8, chem_fault = -9

  public :: chem_new, chem_free, chem_set_parameter, chem_step, chem_species_name, chem_status_text

  interface
    function c_chem_new(rtol, atol, threads, error) bind(c, name="chem_new") result(solver)
      import
      real(c_double), value :: rtol, atol
      integer(c_size_t), value :: threads
      integer(c_int64_t), intent(inout) :: error
      type(c_ptr) :: solver
    end function

    ! Gives a solver back.
    subroutine chem_free(solver) bind(c, name="chem_free")
      import
      type(c_ptr), value :: solver
    end subroutine

    function c_chem_set_parameter(solver, name, value) bind(c, name="chem_set_parameter") result(error)
      import
      type(c_ptr), value :: solver
      character(kind=c_char), intent(in) :: name(*)
      real(c_double), value :: value
      integer(c_int64_t) :: error
    end function

    ! Advances `cells` cells by dt [s]; returns how many were not advanced, or a negative chem_...
    function c_chem_step(solver, cells, n, t_gas, layout, dt, status) bind(c, name="chem_step") result(failed)
      import
      type(c_ptr), value :: solver
      integer(c_size_t), value :: cells
      real(c_double), intent(inout) :: n(*), t_gas(*)
      integer(c_int32_t), value :: layout
      real(c_double), value :: dt
      integer(c_int32_t), intent(out) :: status(*)
      integer(c_int64_t) :: failed
    end function

    function c_chem_species_name(species) bind(c, name="chem_species_name") result(text)
      import
      integer(c_size_t), value :: species
      type(c_ptr) :: text
    end function

    function c_chem_status_text(status) bind(c, name="chem_status_text") result(text)
      import
      integer(c_int32_t), value :: status
      type(c_ptr) :: text
    end function

    pure function strlen(text) bind(c, name="strlen") result(length)
      import
      type(c_ptr), value, intent(in) :: text
      integer(c_size_t) :: length
    end function
  end interface

contains

  ! A solver with these tolerances and threads (0: all of the machine); c_null_ptr and error < 0 on failure.
  function chem_new(rtol, atol, threads, error) result(solver)
    real(c_double), intent(in) :: rtol, atol
    integer, intent(in) :: threads
    integer(c_int64_t), intent(out) :: error
    type(c_ptr) :: solver
    error = 0
    solver = c_chem_new(rtol, atol, int(threads, c_size_t), error)
  end function

  ! Sets a parameter of the network; 0, or chem_parameter if there is none of that name, chem_value if it is no number.
  function chem_set_parameter(solver, name, value) result(error)
    type(c_ptr), intent(in) :: solver
    character(*), intent(in) :: name
    real(c_double), intent(in) :: value
    integer(c_int64_t) :: error
    error = c_chem_set_parameter(solver, trim(name) // c_null_char, value)
  end function

  ! Advances all cells, n(species, cell) [cm^-3] and t_gas(cell) [K], by dt [s]. Returns how many were not advanced;
  ! those are unchanged, and their status says why.
  function chem_step(solver, n, t_gas, dt, status) result(failed)
    type(c_ptr), intent(in) :: solver
    real(c_double), intent(inout), contiguous :: n(:, :), t_gas(:)
    real(c_double), intent(in) :: dt
    integer(c_int32_t), intent(out), contiguous :: status(:)
    integer(c_int64_t) :: failed
    if (size(n, 1) /= chem_species_count .or. size(n, 2) /= size(t_gas) .or. size(status) /= size(t_gas)) then
      failed = chem_other
      return
    end if
    failed = c_chem_step(solver, size(t_gas, kind=c_size_t), n, t_gas, chem_cell_by_cell, dt, status)
  end function

  ! Name of a species, from 1 on.
  function chem_species_name(species) result(text)
    integer, intent(in) :: species
    character(:), allocatable :: text
    text = fortran_text(c_chem_species_name(int(species - 1, c_size_t)))
  end function

  ! What a status means.
  function chem_status_text(status) result(text)
    integer(c_int32_t), intent(in) :: status
    character(:), allocatable :: text
    text = fortran_text(c_chem_status_text(status))
  end function

  function fortran_text(c_text) result(text)
    type(c_ptr), intent(in) :: c_text
    character(:), allocatable :: text
    character(kind=c_char), pointer :: letters(:)
    integer :: i
    text = ""
    if (.not. c_associated(c_text)) return
    call c_f_pointer(c_text, letters, [strlen(c_text)])
    do i = 1, size(letters)
      text = text // letters(i)
    end do
  end function
end module
