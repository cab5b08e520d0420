
  ! A trained network from its file, with the settings that the solver has now behind it; tolerance in decades, see @p@.h.
  ! c_null_ptr on failure: error is then @p@_error_..., and @p@_last_error() says why.
  function @p@_emulator_new(solver, path, tolerance, error) result(emulator)
    type(c_ptr), intent(in) :: solver
    character(*), intent(in) :: path
    real(c_double), intent(in) :: tolerance
    integer(c_int64_t), intent(out), target :: error
    type(c_ptr) :: emulator
    error = 0
    emulator = raw_@p@_emulator_new(solver, trim(path) // c_null_char, tolerance, c_loc(error))
  end function

  ! Gives an emulator back.
  subroutine @p@_emulator_free(emulator)
    type(c_ptr), intent(inout) :: emulator
    call raw_@p@_emulator_free(emulator)
    emulator = c_null_ptr
  end subroutine

  ! Advances the cells of a block by the trained network; see @p@.h.
  function @p@_emulator_advance(emulator, block) result(failed)
    type(c_ptr), intent(in) :: emulator
    type(@p@_block), intent(inout) :: block
    integer(c_int64_t) :: failed
    failed = raw_@p@_emulator_advance(emulator, block)
  end function
