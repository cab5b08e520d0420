//! The border to the host: its mode of floating-point arithmetic, panics, and the text of the last error.

use std::any::Any;
use std::cell::RefCell;
use std::ffi::{CStr, CString, c_char};
use std::panic::{AssertUnwindSafe, catch_unwind};

use chem_solver::float_mode::with_own_mode;

use crate::error::{FAULT, HostError};

thread_local! {
    static LAST: RefCell<CString> = RefCell::default();
}

/// Does the work of a call: in the mode of the solver, without a panic that goes on into the host. Returns what the host
/// gets: a number that is not negative, or the code of an error, whose text is then [`last_error`].
pub(crate) fn entered(call: impl FnOnce() -> Result<i64, HostError>) -> i64 {
    match catch_unwind(AssertUnwindSafe(|| with_own_mode(call))) {
        Ok(Ok(value)) => value,
        Ok(Err(error)) => {
            remember(&error.to_string());
            error.code()
        }
        Err(panic) => {
            let text = text_of(&*panic);
            remember(&format!("a fault of chem, please report it: {text}"));
            // What a panic carries may panic when it is dropped.
            std::mem::forget(panic);
            FAULT
        }
    }
}

/// The same for a call that gives no code.
pub(crate) fn entered_or<T>(otherwise: T, call: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(|| with_own_mode(call))).unwrap_or_else(|panic| {
        std::mem::forget(panic);
        otherwise
    })
}

fn text_of(panic: &(dyn Any + Send)) -> &str {
    let owned = panic.downcast_ref::<String>().map(String::as_str);
    owned.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("of unknown kind")
}

/// Keeps a text as that of the last error in this thread.
pub(crate) fn remember(text: &str) {
    let text = CString::new(text.replace('\0', "?")).unwrap_or_default();
    // A thread that ends has no place for it any more.
    let _ = LAST.try_with(|last| last.replace(text));
}

/// What the last error in this thread was, in words; "" before the first. Stands until the next error in this thread.
pub(crate) fn last_error() -> *const c_char {
    const NONE: &CStr = c"";
    LAST.try_with(|last| last.try_borrow().map_or(NONE.as_ptr(), |text| text.as_ptr()))
        .unwrap_or(NONE.as_ptr())
}
