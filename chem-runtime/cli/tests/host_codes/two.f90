! Two networks in one host in Fortran.
program two
  use, intrinsic :: iso_c_binding
  use cloud
  use pdr
  implicit none
  real(c_double) :: n(cloud_species_count, 2), m(pdr_species_count, 2), t(2), u(2)
  integer(c_int64_t) :: error
  type(c_ptr) :: a, b
  if (cloud_species_count /= 9 .or. pdr_species_count /= 10) error stop "counts"
  if (cloud_abi() /= cloud_abi_version .or. pdr_abi() /= pdr_abi_version) error stop "versions"
  a = cloud_new(1d-3, 1d-20, 1, error)
  b = pdr_new(1d-3, 1d-20, 1, error)
  if (.not. (c_associated(a) .and. c_associated(b))) error stop "no solver"
  n(:, 1) = [1.02d0, 0.1d0, 62.41d0, 26.0d0, 10.4d0, 0.62d0, 0.26d0, 0.1d0, 0.07d0]
  m(:, 1) = [0.014d0, 85d0, 5d0, 0d0, 10d0, 0d0, 0d0, 0.014d0, 0.03d0, 0d0]
  n(:, 2) = n(:, 1)
  m(:, 2) = m(:, 1)
  t = 1000
  u = 100
  if (cloud_step(a, n, t, 1d4 * 3.1536d7) /= 0) error stop "cloud"
  if (pdr_step(b, m, u, 1d4 * 3.1536d7) /= 0) error stop "pdr"
  ! An array of the other network is refused, not run over.
  if (pdr_step(b, n, t, 1d0) /= pdr_error_species) error stop "the count is not looked at"
  if (index(pdr_last_error(), "the host has 9 species") /= 1) error stop "no text"
  print "(19(z16.16, 1x))", n(:, 1), m(:, 1)
  if (any(n(:, 1) /= n(:, 2)) .or. pdr_idx_co /= 10 .or. cloud_idx_electron /= 1) error stop "places"
  if (pdr_name_of(pdr_list_species, pdr_idx_hplus) /= "H+") error stop "names"
  if (pdr_index_of(pdr_list_species, "He+") /= 6 .or. pdr_index_of(pdr_list_species, "Si") /= 0) error stop "index"
  call cloud_free(a)
  call pdr_free(b)
end program
