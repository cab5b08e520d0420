! A code that was written for KROME, over the module that serves its habits.
program krome_host
  use krome_main
  use krome_user
  implicit none
  double precision :: n(krome_nmols), x(krome_nmols), Tgas, dt, rho
  call krome_init()
  call krome_set_user_zeta_cr(3d-17)
  n = 1d-20
  n(krome_idx_H) = 62.41d0
  n(krome_idx_H2) = 10.4d0
  n(krome_idx_He) = 26d0
  n(krome_idx_Hj) = 0.62d0
  n(krome_idx_E) = 0.62d0
  rho = krome_get_rho(n)
  x = krome_n2x(n, rho)
  Tgas = 1d3
  dt = 3.1536d7 * 1d4
  print "(a, f7.4, a, f7.4)", "mu = ", krome_get_mu(n), ", gamma = ", krome_get_gamma(n, Tgas)
  print "(2(a, es10.3))", "heating = ", krome_get_heating(n, Tgas), ", cooling = ", krome_get_cooling(n, Tgas)
  call krome(n, Tgas, dt)
  print "(a, es10.3, a, es10.3)", "T = ", Tgas, " K, n(H2) = ", n(krome_idx_H2)
  if (abs(krome_get_rho(n) / rho - 1) > 1d-12) error stop "mass is not conserved"
  if (any(abs(krome_x2n(x, rho) - [1d-20, 1d-20, 62.41d0, 26d0, 10.4d0, 0.62d0, 1d-20, 1d-20, 1d-20]) > 1d0)) error stop "n2x"
end program
