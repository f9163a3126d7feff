/// The judge: takes the history of a run, from any system, and decides with evidence whether it kept its promises.
/// It knows nothing of the system that was tested.
@NullMarked
package dev.ordeal.checker;

import org.jspecify.annotations.NullMarked;
