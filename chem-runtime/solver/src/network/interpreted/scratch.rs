//! Memory that a thread keeps from call to call: what would have to be made anew, and set to zero, for each evaluation.

use std::any::Any;
use std::cell::RefCell;

use crate::scalar::Scalar;

thread_local! {
    static KEPT: RefCell<Vec<Box<dyn Any>>> = const { RefCell::new(Vec::new()) };
}

/// Memory with any values in it; [`give_back`] it, or it is made anew next time.
pub(super) fn take<V: Scalar, const COUNT: usize>() -> Box<[V; COUNT]> {
    let kept = KEPT.try_with(|kept| {
        let mut kept = kept.try_borrow_mut().ok()?;
        let place = kept.iter().position(|memory| memory.is::<[V; COUNT]>())?;
        kept.swap_remove(place).downcast::<[V; COUNT]>().ok()
    });
    if let Ok(Some(memory)) = kept {
        return memory;
    }
    let zero = V::constant(0.0);
    match vec![zero; COUNT].into_boxed_slice().try_into() {
        Ok(memory) => memory,
        // Never: the length is what was asked for.
        Err(_) => Box::new([zero; COUNT]),
    }
}

/// Keeps memory for the next call of this thread.
pub(super) fn give_back<V: Scalar, const COUNT: usize>(memory: Box<[V; COUNT]>) {
    // While a thread ends nothing is kept.
    let _ = KEPT.try_with(|kept| kept.try_borrow_mut().map(|mut kept| kept.push(memory)));
}
