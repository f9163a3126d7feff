/// The replicated state machine: keys and values, and the sessions that make a retried command count once. Pure and
/// deterministic: the same commands in the same order give the same state, the same answers and the same digest on every
/// node. Start reading at [dev.ordeal.node.machine.KeyValueMachine].
@NullMarked
package dev.ordeal.node.machine;

import org.jspecify.annotations.NullMarked;
