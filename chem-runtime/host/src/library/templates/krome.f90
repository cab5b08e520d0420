! Habits of KROME over the network `@network@`: names of krome_main and krome_user for codes that call those. Made by `chem host`;
! made anew by it. One network in a program can have them. Units are those of KROME: cm^-3, K, s, g. Not for several threads.
module krome_user
  use, intrinsic :: iso_c_binding
  use @p@
  implicit none
  private

@places@
  integer, parameter, public :: krome_nmols = @p@_species_count
  integer, parameter, public :: krome_nspec = @p@_species_count

  ! The solver; @p@_new makes it anew with other tolerances.
  type(c_ptr), save, public :: krome_solver = c_null_ptr

  public :: krome_get_names, krome_get_index, krome_get_mass, krome_get_charges
  public :: krome_get_rho, krome_get_mu, krome_get_gamma, krome_n2x, krome_x2n, krome_get_Hnuclei
  public :: krome_get_heating, krome_get_cooling, krome_get_coef, krome_get_flux, krome_set_parameter, krome_get_parameter
@names@

contains

  ! Names of the species.
  function krome_get_names() result(names)
    character(16) :: names(krome_nmols)
    integer :: i
    do i = 1, krome_nmols
      names(i) = @p@_name_of(@p@_list_species, i)
    end do
  end function

  ! Where a species stands; 0 if it is not there.
  function krome_get_index(name) result(index)
    character(*), intent(in) :: name
    integer :: index
    index = @p@_index_of(@p@_list_species, name)
  end function

  ! Masses [g].
  function krome_get_mass() result(mass)
    real(c_double) :: mass(krome_nmols)
    integer :: i
    mass = [(@p@_mass_of(i), i = 1, krome_nmols)]
  end function

  ! Charges [e].
  function krome_get_charges() result(charges)
    integer :: charges(krome_nmols)
    integer :: i
    charges = [(@p@_charge_of(i), i = 1, krome_nmols)]
  end function

  ! Density of mass [g cm^-3].
  function krome_get_rho(n) result(rho)
    real(c_double), intent(in) :: n(krome_nmols)
    real(c_double) :: rho
    rho = sum(n * krome_get_mass())
  end function

  ! Mean mass of a particle [proton masses].
  function krome_get_mu(n) result(mu)
    real(c_double), intent(in) :: n(krome_nmols)
    real(c_double) :: mu
    mu = one(n, 100d0, @p@_quantity_mu)
  end function

  ! Adiabatic index.
  function krome_get_gamma(n, Tgas) result(gamma)
    real(c_double), intent(in) :: n(krome_nmols), Tgas
    real(c_double) :: gamma
    gamma = one(n, Tgas, @p@_quantity_gamma)
  end function

  ! Shares of the mass from number densities.
  function krome_n2x(n, rho) result(x)
    real(c_double), intent(in) :: n(krome_nmols), rho
    real(c_double) :: x(krome_nmols)
    x = n * krome_get_mass() / rho
  end function

  ! Number densities from shares of the mass.
  function krome_x2n(x, rho) result(n)
    real(c_double), intent(in) :: x(krome_nmols), rho
    real(c_double) :: n(krome_nmols)
    n = rho * x / krome_get_mass()
  end function

  ! Density of the hydrogen nuclei [cm^-3]; 0 without hydrogen.
  function krome_get_Hnuclei(n) result(nuclei)
    real(c_double), intent(in) :: n(krome_nmols)
    real(c_double) :: nuclei
    integer :: hydrogen, i
    nuclei = 0
    hydrogen = @p@_index_of(@p@_list_elements, "H")
    if (hydrogen > 0) nuclei = sum([(n(i) * @p@_nuclei_of(i, hydrogen), i = 1, krome_nmols)])
  end function

  ! Heating and cooling [erg cm^-3 s^-1].
  function krome_get_heating(n, Tgas) result(heating)
    real(c_double), intent(in) :: n(krome_nmols), Tgas
    real(c_double) :: heating
    heating = one(n, Tgas, @p@_quantity_heating)
  end function

  function krome_get_cooling(n, Tgas) result(cooling)
    real(c_double), intent(in) :: n(krome_nmols), Tgas
    real(c_double) :: cooling
    cooling = one(n, Tgas, @p@_quantity_cooling)
  end function

  ! Rate coefficients.
  function krome_get_coef(Tgas, n) result(k)
    real(c_double), intent(in) :: Tgas, n(krome_nmols)
    real(c_double) :: k(@p@_reaction_count)
    call many(n, Tgas, @p@_quantity_rates, k)
  end function

  ! Fluxes of reactions, then processes [cm^-3 s^-1].
  function krome_get_flux(n, Tgas) result(flux)
    real(c_double), intent(in) :: n(krome_nmols), Tgas
    real(c_double) :: flux(@p@_reaction_count + @p@_process_count)
    call many(n, Tgas, @p@_quantity_fluxes, flux)
  end function

  ! Parameters of the network, in cgs units and K.
@parameters@
  ! The same by their names.
  subroutine krome_set_parameter(name, value)
    character(*), intent(in) :: name
    real(c_double), intent(in) :: value
    if (@p@_set_parameter(krome_solver, name, value) /= 0) call stop_with(@p@_last_error())
  end subroutine

  function krome_get_parameter(name) result(value)
    character(*), intent(in) :: name
    real(c_double) :: value
    if (@p@_get_parameter(krome_solver, name, value) /= 0) call stop_with(@p@_last_error())
  end function

  function one(n, Tgas, quantity) result(value)
    real(c_double), intent(in) :: n(krome_nmols), Tgas
    integer(c_int32_t), intent(in) :: quantity
    real(c_double) :: value, values(1)
    call many(n, Tgas, quantity, values)
    value = values(1)
  end function

  subroutine many(n, Tgas, quantity, values)
    real(c_double), intent(in) :: n(krome_nmols), Tgas
    integer(c_int32_t), intent(in) :: quantity
    real(c_double), intent(out) :: values(:)
    real(c_double), target :: densities(krome_nmols, 1), temperature(1)
    type(@p@_block) :: block
    densities(:, 1) = n
    temperature = Tgas
    block = @p@_block_of(1)
    call @p@_set_densities(block, densities, species_axis=1)
    block%thermal = @p@_field(temperature)
    if (@p@_evaluate(krome_solver, block, quantity, values) < 0) call stop_with(@p@_last_error())
  end subroutine

  subroutine stop_with(text)
    character(*), intent(in) :: text
    write (*, "(2a)") "ERROR: ", text
    error stop "krome"
  end subroutine
end module

module krome_main
  use, intrinsic :: iso_c_binding
  use @p@
  use krome_user
  implicit none
  private
  public :: krome_init, krome

contains

  ! Makes the solver; a tolerance of 1e-3 is as exact as KROME's defaults are.
  subroutine krome_init()
    integer(c_int64_t) :: error
    if (c_associated(krome_solver)) call @p@_free(krome_solver)
    krome_solver = @p@_new(1d-3, 1d-20, 1, error)
    if (.not. c_associated(krome_solver)) then
      write (*, "(2a)") "ERROR: ", @p@_last_error()
      error stop "krome_init"
    end if
  end subroutine

  ! Advances one cell: densities [cm^-3] and Tgas [K] by dt [s]. Many cells in one call are several times cheaper: @p@_step.
  subroutine krome(n, Tgas, dt)
    real(c_double), intent(inout) :: n(krome_nmols), Tgas
    real(c_double), intent(in) :: dt
    real(c_double) :: densities(krome_nmols, 1), temperature(1)
    integer(c_int32_t) :: status(1)
    densities(:, 1) = n
    temperature = Tgas
    if (@p@_step(krome_solver, densities, temperature, dt, status) /= 0) then
      write (*, "(2a)") "ERROR: krome: ", @p@_status_text(status(1))
      error stop "krome"
    end if
    n = densities(:, 1)
    Tgas = temperature(1)
  end subroutine
end module
