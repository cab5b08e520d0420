//! The mode of floating-point arithmetic in which cells are advanced: the same whatever the host has set.
//!
//! Rounding is to the nearest, exceptions do not stop the program, and subnormal numbers count as zero: on many
//! processors each operation with one costs a hundred others, and coefficients of cold gas are full of them. The mode
//! that a thread had, with the flags of the exceptions so far, comes back when the work is done. Threads of a pool may
//! serve others too: the mode is set around work that does not wait for other threads, never around a whole pool.

/// Does work in the mode of this crate, and puts the thread's own back, also if the work panics.
#[inline]
pub fn with_own_mode<T>(work: impl FnOnce() -> T) -> T {
    let _own = Own::enter();
    apart(work)
}

/// A function of its own, so that the compiler moves no arithmetic of the work out of the mode, nor others' into it.
#[inline(never)]
fn apart<T>(work: impl FnOnce() -> T) -> T {
    work()
}

/// The mode of this crate is in force as long as this lives.
struct Own {
    before: registers::Mode,
}

impl Own {
    fn enter() -> Self {
        let before = registers::read();
        registers::write(registers::OWN);
        Own { before }
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        registers::write(self.before);
    }
}

/// Whether a number is zero or positive and at most `largest`, by its bits: in the mode of this crate, negative
/// subnormal numbers compare as zero.
#[inline]
pub fn is_from_zero_to(value: f64, largest: f64) -> bool {
    value.to_bits() <= largest.to_bits() || value.to_bits() == (-0.0f64).to_bits()
}

#[cfg(target_arch = "x86_64")]
mod registers {
    #![expect(unsafe_code, reason = "the mode is a register of the processor")]
    // SAFETY of this module: the register MXCSR is read from and written to memory that is there; bits that are
    // reserved are never set. Rust compiles for the default mode. Work in another stands in a function of its own, and
    // the modes differ only in what becomes of subnormal numbers.

    use std::arch::asm;

    /// MXCSR: control bits, and the flags of exceptions.
    pub(super) type Mode = u32;

    /// All exceptions masked, to the nearest; bits 15 and 6: results and operands that are subnormal are zero.
    pub(super) const OWN: Mode = 0x1f80 | 0x8000 | 0x0040;

    pub(super) fn read() -> Mode {
        let mut mode: Mode = 0;
        // SAFETY: only the calling thread's mode is read or written, and nothing in memory but the local variable.
        unsafe { asm!("stmxcsr [{}]", in(reg) &raw mut mode, options(nostack)) };
        mode
    }

    pub(super) fn write(mode: Mode) {
        // SAFETY: only the calling thread's mode is read or written, and nothing in memory but the local variable.
        unsafe { asm!("ldmxcsr [{}]", in(reg) &raw const mode, options(nostack)) };
    }
}

#[cfg(target_arch = "aarch64")]
mod registers {
    #![expect(unsafe_code, reason = "the mode is a register of the processor")]
    // SAFETY of this module: as for x86-64, with the registers FPCR and FPSR.

    use std::arch::asm;

    /// FPCR, then FPSR: control bits, then the flags of exceptions.
    pub(super) type Mode = [u64; 2];

    /// No exception traps, to the nearest; bit 24: subnormal numbers are zero.
    pub(super) const OWN: Mode = [1 << 24, 0];

    pub(super) fn read() -> Mode {
        let (control, flags): (u64, u64);
        // SAFETY: only the calling thread's mode is read or written, and nothing in memory but the local variable.
        unsafe {
            asm!("mrs {}, fpcr", "mrs {}, fpsr", out(reg) control, out(reg) flags, options(nostack));
        }
        [control, flags]
    }

    pub(super) fn write([control, flags]: Mode) {
        // SAFETY: only the calling thread's mode is read or written, and nothing in memory but the local variable.
        unsafe { asm!("msr fpcr, {}", "msr fpsr, {}", in(reg) control, in(reg) flags, options(nostack)) };
    }
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
mod registers {
    pub(super) type Mode = ();

    pub(super) const OWN: Mode = ();

    pub(super) fn read() -> Mode {}

    pub(super) fn write((): Mode) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_apart_by_their_bits() {
        for value in [0.0, -0.0, 5e-324, 1.0, 1e100] {
            assert!(is_from_zero_to(value, 1e100), "{value:e}");
        }
        for value in [-5e-324, -1.0, 1e100f64.next_up(), f64::INFINITY, f64::NAN, -f64::NAN] {
            assert!(!is_from_zero_to(value, 1e100), "{value:e}");
        }
    }

    #[test]
    #[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
    fn subnormal_numbers_are_zero_inside_alone() {
        let half = |x: f64| std::hint::black_box(x) * std::hint::black_box(0.5);
        let smallest = f64::MIN_POSITIVE;
        assert!(half(smallest) > 0.0);
        assert_eq!(with_own_mode(|| half(smallest).to_bits()), 0);
        assert_eq!(with_own_mode(|| half(2.0 * smallest)), smallest);
        assert!(half(smallest) > 0.0);
    }

    #[test]
    fn the_mode_comes_back_after_a_panic_and_from_within() {
        let before = registers::read();
        let result = std::panic::catch_unwind(|| with_own_mode(|| assert_eq!(1 + 1, 3)));
        assert!(result.is_err());
        with_own_mode(|| {
            let own = registers::read();
            with_own_mode(|| std::hint::black_box(1.0 / 3.0));
            assert_eq!(registers::read(), own);
        });
        assert_eq!(registers::read(), before);
    }
}
