//! How a program is asked to end.

use std::sync::atomic::{AtomicBool, Ordering};

/// Exit code of a program that was asked twice, as shells count an end by Ctrl-C.
const ASKED_TWICE: i32 = 130;

/// Sets `interrupt` at the first Ctrl-C, SIGTERM or SIGHUP, which batch systems send before they kill. The second one
/// ends the program at once, and so does the first one after `done` is set. A program that was started with `nohup`
/// goes on when its terminal is closed.
pub fn interrupt_by(interrupt: &'static AtomicBool, done: &'static AtomicBool) {
    let stays = hangup::is_ignored();
    // Without it a signal ends the program at once: the last checkpoint remains.
    let _ = ctrlc::set_handler(move || {
        if interrupt.swap(true, Ordering::Relaxed) || done.load(Ordering::Relaxed) {
            std::process::exit(ASKED_TWICE);
        }
    });
    if stays {
        hangup::ignore();
    }
}

#[cfg(unix)]
mod hangup {
    #![allow(unsafe_code)] // the system's calls; no handler of our own is given

    use nix::sys::signal::{SigHandler, Signal, signal};

    /// Whether the end of the terminal was to be ignored when the program began. It is from now on.
    pub(super) fn is_ignored() -> bool {
        // SAFETY: to ignore a signal runs no code.
        matches!(unsafe { signal(Signal::SIGHUP, SigHandler::SigIgn) }, Ok(SigHandler::SigIgn))
    }

    pub(super) fn ignore() {
        // SAFETY: as above.
        let _ = unsafe { signal(Signal::SIGHUP, SigHandler::SigIgn) };
    }
}

#[cfg(not(unix))]
mod hangup {
    pub(super) fn is_ignored() -> bool {
        false
    }

    pub(super) fn ignore() {}
}
